// The query page: the editor with this graph's prefixes and vocabulary, and the saved queries as new tabs.
(async function () {
  "use strict";
  const endpoint = new URL("/sparql", location.href).href;
  const known = await (await fetch("/completions.json")).json();
  const { Yasqe, Yasr } = Yasgui;

  // What the editor would look up elsewhere comes from this server: the editor's own completers stay off.
  const completers = ["variables"];
  function complete(origin, name, get) {
    Yasqe.forkAutocompleter(origin, { name, get, bulk: true, persistenceId: null });
    completers.push(name);
  }
  complete("prefixes", "graph-prefixes", () => Object.entries(known.prefixes).map(([name, iri]) => `${name}: <${iri}>`));
  complete("class", "graph-classes", () => known.classes);
  complete("property", "graph-properties", () => known.properties);
  Yasqe.defaults.autocompleters = completers;

  const declared = Object.entries(known.prefixes).map(([name, iri]) => `PREFIX ${name}: <${iri}>`);
  const withPrefixes = (text) => [...declared.filter((line) => new RegExp(`(^|[^\\w?$])${line.split(" ")[1]}`, "m").test(text)), text].join("\n");
  Yasqe.defaults.value = withPrefixes("SELECT ?model ?developer WHERE {\n  ?model aig:developedBy ?developer .\n}\nLIMIT 20\n");
  Yasr.defaults.prefixes = known.prefixes;

  const yasgui = new Yasgui(document.getElementById("yasgui"), {
    requestConfig: { endpoint, method: "POST", acceptHeaderGraph: "text/turtle,*/*;q=0.5" },
    copyEndpointOnNewTab: true,
    endpointCatalogueOptions: { getData: () => [{ endpoint }], keys: ["endpoint"], renderItem: () => {} },
    persistenceId: "aigraph",
    autofocus: false,
    yasqe: { ...Yasqe.defaults, autocompleters: completers },
    yasr: { ...Yasr.defaults, prefixes: known.prefixes },
  });

  document.addEventListener("submit", async (event) => {
    const name = event.target.dataset.query;
    if (!name) return;
    event.preventDefault();
    const note = event.target.querySelector(".error");
    const given = new URLSearchParams([...new FormData(event.target)].filter(([, value]) => value));
    given.set("lang", document.documentElement.lang);
    const answer = await fetch(`/queries/${encodeURIComponent(name)}?${given}`);
    const text = await answer.text();
    note.textContent = answer.ok ? "" : text;
    if (!answer.ok) return;
    const tab = yasgui.addTab(true, { name, yasqe: { value: withPrefixes(text) } });
    tab.query().catch(() => {});
  });

  // Addresses of the graph lead to their pages on this server.
  document.getElementById("yasgui").addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || !link.href.startsWith(known.prefixes.id)) return;
    event.preventDefault();
    window.open("/id/" + link.href.slice(known.prefixes.id.length) + location.search, "_blank", "noopener");
  }, true);

  let last = 0;
  document.addEventListener("input", async (event) => {
    if (event.target.getAttribute("list") !== "names" || !event.target.value.trim()) return;
    const turn = ++last;
    const found = await (await fetch(`/search?format=json&limit=12&q=${encodeURIComponent(event.target.value)}`)).json();
    if (turn !== last) return;
    const names = document.getElementById("names");
    names.replaceChildren(...found.results.map((hit) => {
      const option = document.createElement("option");
      option.value = hit.matched;
      return option;
    }));
  });
  document.documentElement.dataset.ready = "yes";
})();

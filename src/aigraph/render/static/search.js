// Search with suggestions, over every name and alias in any script.
(function (A) {
  "use strict";
  const MOST = 12;
  let index = null;
  let found = [];
  let at = -1;

  const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/[\s\-_·]+/g, " ").trim();
  const build = () => A.nodes.map((node) => {
    const names = [...new Set([node.names.en, node.names.zh, ...node.aliases, node.id])];
    return { node, names, folded: names.map(fold) };
  });

  // Nodes whose names fit, best first: whole name, then beginning, then beginning of a word, then anywhere.
  A.find = function (query, most = MOST) {
    index = index || build();
    const wanted = fold(query);
    if (!wanted) return [];
    const rank = A.measures.pagerank;
    const rows = [];
    for (const { node, names, folded } of index) {
      let best = 9;
      let by = 0;
      folded.forEach((name, n) => {
        const place = name.indexOf(wanted);
        if (place < 0) return;
        const score = name === wanted ? 0 : place === 0 ? 1 : name[place - 1] === " " ? 2 : 3;
        if (score < best) [best, by] = [score, n];
      });
      if (best < 9) rows.push({ node, best, name: names[by] });
    }
    return rows.sort((x, y) => x.best - y.best || rank[y.node.i] - rank[x.node.i] || x.node.i - y.node.i).slice(0, most);
  };

  A.startSearch = function () {
    const box = A.byId("search");
    box.addEventListener("input", () => suggest(box.value));
    box.addEventListener("focus", () => suggest(box.value));
    box.addEventListener("blur", () => setTimeout(close, 150));
    box.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        mark(at + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter" && found.length) choose(found[Math.max(at, 0)].node);
      else if (event.key === "Escape") {
        box.value = "";
        close();
        box.blur();
      }
    });
  };

  function suggest(query) {
    found = A.find(query);
    at = -1;
    const list = A.byId("suggestions");
    A.fill(list, found.map(({ node, name }, n) => A.el("li", {
      role: "option",
      id: `suggestion-${n}`,
      onmousedown: (event) => {
        event.preventDefault();
        choose(node);
      },
    }, A.el("span", { class: "dot", style: null }), A.el("span", { class: "name" }, A.name(node)),
    name !== A.name(node) && A.el("span", { class: "quiet" }, name),
    A.el("span", { class: "kind" }, A.label(A.types[node.type])))));
    found.forEach(({ node }, n) => {
      list.children[n].firstChild.style.background = A.types[node.type].color;
    });
    if (!found.length && query.trim()) A.fill(list, A.el("li", { class: "quiet" }, A.t("nothing found")));
    list.hidden = !query.trim();
    A.byId("search").setAttribute("aria-expanded", String(!list.hidden));
  }
  function mark(n) {
    if (!found.length) return;
    at = (n + found.length) % found.length;
    [...A.byId("suggestions").children].forEach((row, i) => row.setAttribute("aria-selected", String(i === at)));
    A.byId("search").setAttribute("aria-activedescendant", `suggestion-${at}`);
  }
  function close() {
    A.byId("suggestions").hidden = true;
    A.byId("search").setAttribute("aria-expanded", "false");
  }
  function choose(node) {
    close();
    A.byId("search").value = "";
    A.pick(node);
  }

  // Go to a node, wherever it was asked for; brings it into view if it is not shown yet.
  A.pick = function (node) {
    const shown = A.seen && A.seen.nodes.has(node.i);
    A.change({ sel: node.id, edge: "", hide: A.state.hide.filter((id) => id !== node.id),
      ...(shown ? {} : A.listed("add", node.id, true)) });
    A.centre(node);
  };
})(window.AIG);

// The card: what is known of a node, a relation or a path, each fact with its sentence, document and date.
(function (A) {
  "use strict";
  const FEW = 6; // facts of a group that are shown before "all"

  A.showCard = function () {
    const card = A.byId("card");
    const { state, seen } = A;
    let content = null;
    if (state.edge && seen.bundles.has(state.edge)) content = bundleCard(seen.bundles.get(state.edge));
    else if (state.sel) content = nodeCard(A.byNodeId.get(state.sel));
    else if (state.a || state.b) content = [];
    card.hidden = !content;
    document.body.classList.toggle("with-card", Boolean(content));
    if (content) A.fill(card, closer(), pathCard(), content);
    card.scrollTop = 0;
  };
  const closer = () => A.el("button", { class: "close", "aria-label": A.t("close"), title: A.t("close"),
    onclick: () => A.change({ sel: "", edge: "", a: "", b: "" }) }, "×");

  function dot(node) {
    const mark = A.el("span", { class: "dot" });
    mark.style.background = A.types[node.type].color;
    return mark;
  }
  const link = (node) => A.el("button", { class: "link", onclick: () => A.pick(node) }, dot(node), A.name(node));

  function nodeCard(node) {
    const other = [...new Set([node.names.en, node.names.zh, ...node.aliases])].filter((name) => name !== A.name(node));
    const kind = [A.label(A.types[node.type]), node.sub && A.label(node.sub), node.kind && A.label(node.kind), node.date].filter(Boolean).join(" · ");
    return [
      A.el("h2", {}, dot(node), A.name(node)),
      A.el("p", { class: "kind" }, kind),
      other.length > 0 && A.el("p", { class: "quiet" }, `${A.t("also")}: ${other.join(" · ")}`),
      actions(node),
      ...groupsOf(node),
    ];
  }

  function actions(node) {
    const { state } = A;
    const open = state.open.includes(node.id);
    const button = (key, run, title) => A.el("button", { onclick: run, title }, A.t(key));
    return A.el("p", { class: "actions" },
      button(open ? "collapse" : "expand", () => A.expand(node), "E"),
      button("only this", () => A.change({ base: "none", open: [node.id], add: [], groups: [] }, { fit: true })),
      button(state.pin[node.id] ? "unpin" : "pin", () => A.pin(node), "P"),
      button("hide", () => A.hide(node), "H"),
      state.a && state.a !== node.id
        ? button("path to here", () => A.change({ b: node.id, sel: "" }, { fitRoute: true }))
        : button("path from here", () => A.change({ a: node.id, b: "" })));
  }
  // Show the neighbours of a node and bring them into view, or put them away again.
  A.expand = function (node) {
    const open = A.state.open.includes(node.id);
    A.toggle("open", node.id, !open);
    if (!open) A.centre(node);
  };
  A.pin = function (node) {
    const pin = { ...A.state.pin };
    if (pin[node.id]) delete pin[node.id];
    else pin[node.id] = A.place(node);
    A.change({ pin });
  };
  A.hide = (node) => A.change({ ...A.listed("hide", node.id, true), ...A.listed("open", node.id, false),
    ...A.listed("add", node.id, false), sel: "" });

  // Facts by relation and direction: figures, relations from here, relations to here, large groups first; events last.
  function groupsOf(node) {
    const groups = new Map();
    for (const fact of node.facts) {
      const way = fact.t < 0 ? "figure" : fact.s === node.i ? "out" : "in";
      const key = `${way}-${fact.rel}`;
      if (!groups.has(key)) groups.set(key, { way, rel: fact.rel, facts: [] });
      groups.get(key).facts.push(fact);
    }
    const order = { figure: 0, out: 1, in: 2 };
    const event = (group) => group.way !== "figure" && A.other(group.facts[0], node).date !== "";
    return [...groups.values()].sort((x, y) => event(x) - event(y) || order[x.way] - order[y.way]
      || y.facts.length - x.facts.length || x.rel - y.rel).map((group) => {
      const rank = A.measures.pagerank;
      const weight = (fact) => (A.other(fact, node) ? rank[A.other(fact, node).i] : 0);
      group.facts.sort((x, y) => y.confidence - x.confidence || weight(y) - weight(x) || x.i - y.i);
      const list = A.el("ul", { class: "facts" }, group.facts.slice(0, FEW).map((fact) => factRow(fact, node)));
      const rest = group.facts.slice(FEW);
      const more = rest.length > 0 && A.el("button", { class: "more", onclick: () => {
        list.append(...rest.map((fact) => factRow(fact, node)));
        more.remove();
      } }, A.t("show all", { n: group.facts.length }));
      const arrow = group.way === "in" ? "← " : group.way === "out" ? "→ " : "";
      return A.el("section", {}, A.el("h3", {}, arrow + A.label(A.relations[group.rel]),
        A.el("span", { class: "count" }, group.facts.length)), list, more);
    });
  }

  function factRow(fact, node) {
    const other = A.other(fact, node);
    const value = fact.value === undefined || fact.value === null ? null
      : A.el("strong", {}, [A.number(fact.value), fact.unit].filter(Boolean).join(" "));
    return A.el("li", {}, sure(fact), other && link(other), value, details(fact), ...sentences(fact));
  }
  const details = (fact) => [
    ...fact.qualifiers.map(([name, value]) => A.el("span", { class: "qualifier" },
      `${A.label(A.terms[name])}: ${A.number(value)}`)),
    fact.polarity !== "asserted" && A.el("span", { class: "qualifier" }, A.t(fact.polarity)),
  ];
  const sure = (fact) => A.el("meter", { min: 0, max: 1, value: fact.confidence,
    title: `${A.t("confidence")} ${fact.confidence}`, "aria-label": A.t("confidence") });

  function sentences(fact) {
    if (!fact.sources.length) return [A.el("p", { class: "quiet" }, A.t("no sentence"))];
    return fact.sources.map(([d, q]) => {
      const doc = A.docs[d];
      const web = A.webAddress(doc.url);
      const title = web ? A.el("a", { href: web, rel: "noopener noreferrer", target: "_blank" }, doc.title)
        : A.el("span", {}, doc.title);
      return A.el("blockquote", {}, A.quotes[q], A.el("footer", {}, title, doc.date ? ` · ${doc.date}` : ""));
    });
  }

  function bundleCard(bundle) {
    const [from, to] = [A.nodes[bundle.s], A.nodes[bundle.t]];
    return [
      A.el("h2", {}, A.label(A.relations[bundle.rel])),
      A.el("p", {}, link(from), " → ", link(to)),
      A.el("ul", { class: "facts" }, bundle.facts.map((fact) => A.el("li", {}, sure(fact),
        fact.value !== null && fact.value !== undefined && A.el("strong", {}, `${A.number(fact.value)} ${fact.unit || ""}`),
        A.el("span", { class: "qualifier" }, `${A.t("confidence")} ${fact.confidence}`), details(fact), ...sentences(fact)))),
    ];
  }

  // The way between two picked nodes, with the facts along it.
  function pathCard() {
    const { state, seen } = A;
    if (!state.a) return null;
    const stop = A.el("button", { onclick: () => A.change({ a: "", b: "" }) }, A.t("end path"));
    const head = A.el("h3", {}, A.t("path"));
    const start = A.byNodeId.get(state.a);
    if (!state.b) return A.el("section", { class: "path" }, head, link(start), A.el("p", {}, A.t("pick the other end")), stop);
    if (!seen.route) return A.el("section", { class: "path" }, head, A.el("p", {}, A.t("no path")), stop);
    const steps = seen.route.slice(1).map((to, n) => {
      const from = seen.route[n];
      const facts = seen.passing.filter((f) => (f.s === from && f.t === to) || (f.s === to && f.t === from));
      return A.el("li", {}, A.el("ul", { class: "facts" }, facts.slice(0, 3).map((fact) => A.el("li", {},
        A.el("span", { class: "relation" }, (fact.s === from ? "→ " : "← ") + A.label(A.relations[fact.rel])),
        ...sentences(fact).slice(0, 1)))), link(A.nodes[to]));
    });
    return A.el("section", { class: "path" }, head, link(A.nodes[seen.route[0]]), A.el("ol", {}, steps), stop);
  }
})(window.AIG);

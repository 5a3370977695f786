// The left panel: legend that filters, relations, confidence, document, what is shown, sizes and colours; the time line.
(function (A) {
  "use strict";

  A.showPanel = function () {
    const focused = document.activeElement;
    const mark = focused && (focused.id ? `#${focused.id}` : focused.dataset.type && `[data-type="${focused.dataset.type}"]`);
    A.fill(A.byId("panel"), shown(), legend(), relations(), sliders(), looks());
    A.byId("status").textContent = status();
    timeline();
    // the controls are made anew: who works with the keyboard stays where they were
    const again = mark && !document.contains(focused) && document.querySelector(mark);
    if (again) again.focus();
  };

  function status() {
    const { seen } = A;
    const facts = [...seen.bundles.values()].reduce((sum, bundle) => sum + bundle.facts.length, 0);
    const parts = [A.t("status", { nodes: seen.nodes.size, all: A.nodes.length, facts, allFacts: A.facts.length })];
    if (seen.groups.length) parts.unshift(A.t("communities", { n: seen.groups.length }));
    if (seen.possible < A.nodes.length) parts.push(A.t("filtered", { n: A.nodes.length - seen.possible }));
    if (A.state.hide.length) parts.push(A.t("hidden", { n: A.state.hide.length }));
    return parts.join(" · ");
  }

  const section = (key, ...children) => A.el("section", {}, A.el("h3", {}, A.t(key)), ...children);
  const choice = (name, options, value, run, key) => {
    const list = A.el("select", { id: name, onchange: () => run(list.value), "aria-label": A.t(key) },
      options.map(([id, text]) => A.el("option", { value: id }, text)));
    list.value = value;
    return A.el("label", {}, A.t(key), list);
  };

  function shown() {
    const { state } = A;
    const bases = ["top", "groups", "all"].map((id) => [id, A.t(`base ${id}`)]);
    if (state.base === "none") bases.push(["none", A.t("base none")]);
    const most = Math.min(A.nodes.length, 2000);
    const change = () => A.change({ base: "top", top: +slider.value, open: [], add: [] }, { fit: true });
    const slider = A.el("input", { type: "range", id: "top", min: Math.min(10, most), max: most, onchange: change });
    slider.value = Math.min(state.top, most);
    return section("view",
      choice("base", bases, state.base, (base) => A.change({ base, open: [], add: [], groups: [] }, { fit: true }), "show"),
      state.base === "top" && A.el("label", {}, A.t("how many", { n: state.top }), slider),
      state.hide.length > 0 && A.el("button", { onclick: () => A.change({ hide: [] }) }, A.t("show hidden")),
      A.el("button", { id: "reset", onclick: () => A.change({ ...A.fresh(), lang: state.lang, theme: state.theme, view: null },
        { fit: true }) }, A.t("start again")));
  }

  function legend() {
    const count = new Array(A.types.length).fill(0);
    for (const node of A.nodes) count[node.type] += 1;
    return section("types", A.el("ul", { class: "legend", id: "legend" }, A.types.map((type, t) => {
      const on = !A.state.offTypes.includes(type.id);
      const mark = A.el("span", { class: `dot ${type.shape}` });
      mark.style.background = A.state.color === "type" ? type.color : "var(--quiet)"; // shapes tell types in any colour
      return A.el("li", {}, A.el("button", { "aria-pressed": String(on), "data-type": type.id,
        onclick: (event) => only(event, "offTypes", type.id, A.types, on) }, mark, A.label(type),
      A.el("span", { class: "count" }, count[t])));
    })));
  }
  // A click turns one on or off; with Alt it leaves only that one.
  function only(event, list, id, all, on) {
    if (event.altKey) A.change({ [list]: all.map((row) => row.id).filter((other) => other !== id) });
    else A.toggle(list, id, on);
  }

  function relations() {
    const count = new Array(A.relations.length).fill(0);
    for (const fact of A.facts) count[fact.rel] += 1;
    const rows = A.relations.map((relation, r) => [relation, count[r]]).filter(([, n]) => n)
      .sort((x, y) => y[1] - x[1] || (x[0].id < y[0].id ? -1 : 1));
    const off = A.state.offRels.length;
    const list = A.el("details", { id: "relations", open: A.relationsOpen ? true : null,
      ontoggle: () => (A.relationsOpen = list.open) },
    A.el("summary", {}, A.t("relations"), off > 0 && A.el("span", { class: "count" }, `−${off}`)),
    A.el("p", {}, A.el("button", { onclick: () => A.change({ offRels: [] }) }, A.t("all")),
      A.el("button", { onclick: () => A.change({ offRels: rows.map(([relation]) => relation.id) }) }, A.t("none"))),
    A.el("ul", { class: "checks" }, rows.map(([relation, n]) => {
      const box = A.el("input", { type: "checkbox", checked: !A.state.offRels.includes(relation.id), value: relation.id,
        onchange: () => A.toggle("offRels", relation.id, !box.checked) });
      return A.el("li", {}, A.el("label", {}, box, A.label(relation), A.el("span", { class: "count" }, n)));
    })));
    return list;
  }

  function sliders() {
    const { state } = A;
    const slider = A.el("input", { type: "range", id: "confidence", min: 0, max: 1, step: 0.05,
      onchange: () => A.change({ confidence: +slider.value }) });
    slider.value = state.confidence;
    const docs = [["", A.t("all documents")], ...A.docs.map((doc) => [doc.id, [doc.date, doc.title].filter(Boolean).join(" ")])];
    return section("filter", A.el("label", {}, A.t("least confidence", { n: state.confidence }), slider),
      choice("doc", docs, state.doc, (doc) => A.change({ doc }), "document"));
  }

  function looks() {
    return section("look",
      choice("size", Object.keys(A.measures).map((m) => [m, A.t(`measure ${m}`)]), A.state.size, (size) => A.change({ size }), "size by"),
      choice("color", [["type", A.t("type")], ["group", A.t("community")]], A.state.color, (color) => A.change({ color }), "color by"));
  }

  // Two handles over the months that the facts name, with a bar for how many facts each has.
  function timeline() {
    const place = A.byId("timeline");
    place.hidden = A.months.length < 2;
    if (place.hidden) return;
    const { state, months } = A;
    const last = months.length - 1;
    const index = (month, otherwise) => (months.includes(month) ? months.indexOf(month) : otherwise);
    const handle = (id, value, run) => {
      const slider = A.el("input", { type: "range", id, min: 0, max: last, "aria-label": A.t(id),
        onchange: () => run(+slider.value) });
      slider.value = value;
      slider.setAttribute("aria-valuetext", months[value]);
      return slider;
    };
    const from = index(state.from, 0);
    const to = index(state.to, last);
    const undated = A.el("input", { type: "checkbox", id: "undated", checked: state.undated,
      onchange: () => A.change({ undated: undated.checked }) });
    A.fill(place, A.el("span", { class: "month" }, months[from]),
      A.el("div", { class: "range" }, bars(from, to),
        handle("from", from, (n) => A.change({ from: n ? months[Math.min(n, to)] : "" })),
        handle("to", to, (n) => A.change({ to: n < last ? months[Math.max(n, from)] : "" }))),
      A.el("span", { class: "month" }, months[to]), A.el("label", {}, undated, A.t("undated")));
  }
  let counts = null;
  function bars(from, to) {
    if (!counts) {
      counts = new Map(A.months.map((month) => [month, 0]));
      for (const { date } of A.facts) if (date) counts.set(date.slice(0, 7), counts.get(date.slice(0, 7)) + 1);
    }
    const most = Math.max(...counts.values());
    return A.el("div", { class: "bars", "aria-hidden": "true" }, A.months.map((month, n) => {
      const bar = A.el("span", { class: n < from || n > to ? "off" : "", title: `${month}: ${counts.get(month)}` });
      bar.style.left = `${(100 * n) / (A.months.length - 1)}%`;
      bar.style.width = `${Math.min(12, 60 / A.months.length)}%`;
      bar.style.height = `${Math.max(8, 100 * Math.sqrt(counts.get(month) / most))}%`;
      return bar;
    }));
  }
})(window.AIG);

// Which nodes and relations are to be seen: a pure function of the graph and the state.
(function (A) {
  "use strict";

  A.passes = function (state) {
    const off = new Set(state.offRels);
    const doc = state.doc === "" ? -1 : A.docs.findIndex((d) => d.id === state.doc);
    const dated = Boolean(state.from || state.to);
    return (fact) => {
      if (off.has(A.relations[fact.rel].id) || fact.confidence < state.confidence) return false;
      if (doc >= 0 && !fact.sources.some((source) => source[0] === doc)) return false;
      if (!fact.date) return state.undated;
      const month = fact.date.slice(0, 7);
      return !dated || ((!state.from || month >= state.from) && (!state.to || month <= state.to));
    };
  };
  const narrowed = (s) => s.offRels.length || s.confidence || s.doc || s.from || s.to || !s.undated;

  // {nodes: Set of numbers, bundles: Map key -> {s, t, rel, facts}, groups: [numbers], possible: how many could be shown, ...}
  A.visible = function (state) {
    const passes = A.passes(state);
    const offTypes = new Set(state.offTypes);
    const hidden = new Set(state.hide);
    const typed = A.nodes.map((node) => !offTypes.has(A.types[node.type].id) && !hidden.has(node.id));
    const passing = A.facts.filter((f) => typed[f.s] && (f.t < 0 || typed[f.t]) && passes(f));
    let possible = typed;
    if (narrowed(state)) {
      possible = new Array(A.nodes.length).fill(false);
      for (const fact of passing) {
        possible[fact.s] = true;
        if (fact.t >= 0) possible[fact.t] = true;
      }
    }
    const nodes = base(state, possible, passing);
    const core = new Set(nodes);
    const asked = [...state.add, ...state.open, state.sel, state.a, state.b].filter(Boolean);
    for (const id of asked) if (!hidden.has(id)) nodes.add(A.byNodeId.get(id).i);
    const opened = new Set(state.open.map((id) => A.byNodeId.get(id).i));
    for (const fact of passing) {
      if (fact.t < 0) continue;
      if (opened.has(fact.s)) nodes.add(fact.t);
      if (opened.has(fact.t)) nodes.add(fact.s);
    }
    const route = A.route(state, passing);
    if (route) for (const step of route) nodes.add(step);
    return {
      nodes,
      core,
      route,
      passing,
      bundles: bundles(passing, nodes),
      groups: state.base === "groups" ? A.groups.map((_, g) => g).filter((g) => closed(state, g, possible)) : [],
      possible: possible.reduce((sum, yes) => sum + yes, 0),
    };
  };

  // The most central nodes that are tied to each other: one that none of the others is tied to would stand alone.
  function backbone(order, most, passing) {
    if (order.length <= most) return order;
    let chosen = order.slice(0, most * 3);
    for (let round = 0; round < 4; round++) {
      const tied = near(new Set(chosen.map((node) => node.i)), passing, true);
      chosen = chosen.filter((node) => tied.has(node.i)).slice(0, most);
    }
    if (chosen.length < Math.min(10, most)) return order.slice(0, most);
    const inside = new Set(chosen.map((node) => node.i));
    const tied = near(inside, passing, false); // what the last cut left alone makes room for neighbours of the rest
    return chosen.concat(order.filter((node) => tied.has(node.i) && !inside.has(node.i)).slice(0, most - chosen.length));
  }
  // Ends of relations that have their other end inside; `both`: of those that have both.
  function near(inside, passing, both) {
    const found = new Set();
    for (const { s, t } of passing) {
      if (t < 0 || s === t) continue;
      if (inside.has(s) && (inside.has(t) || !both)) found.add(t);
      if (inside.has(t) && (inside.has(s) || !both)) found.add(s);
    }
    return found;
  }

  function base(state, possible, passing) {
    const measure = A.measures[state.size];
    const best = (list, most) => list.filter((node) => possible[node.i])
      .sort((x, y) => measure[y.i] - measure[x.i] || x.i - y.i).slice(0, most);
    if (state.base === "all") return new Set(A.nodes.filter((node) => possible[node.i]).map((node) => node.i));
    if (state.base === "top") return new Set(backbone(best(A.nodes, Infinity), state.top, passing).map((node) => node.i));
    if (state.base === "groups") {
      const opened = new Set(state.groups);
      const found = [];
      A.groups.forEach((members, g) => {
        if (opened.has(g) || members.length < 3) found.push(...best(members, members.length < 3 ? 0 : A.options.groupTop));
      });
      return new Set(found.map((node) => node.i));
    }
    return new Set();
  }

  const closed = (state, g, possible) => A.groups[g].length >= 3 && !state.groups.includes(g)
    && A.groups[g].some((node) => possible[node.i]);

  // Facts of one relation between the same two nodes are drawn as one line.
  function bundles(passing, nodes) {
    const found = new Map();
    for (const fact of passing) {
      if (fact.t < 0 || fact.s === fact.t || !nodes.has(fact.s) || !nodes.has(fact.t)) continue;
      const key = `${fact.s}-${fact.t}-${fact.rel}`;
      const bundle = found.get(key);
      if (bundle) bundle.facts.push(fact);
      else found.set(key, { key, s: fact.s, t: fact.t, rel: fact.rel, facts: [fact] });
    }
    return found;
  }

  // The shortest way between the two picked nodes over the facts that pass, as node numbers; null where there is none.
  // Among equally short ways the one through better connected nodes is found first.
  A.route = function (state, passing) {
    if (!state.a || !state.b || state.a === state.b) return null;
    const start = A.byNodeId.get(state.a).i;
    const goal = A.byNodeId.get(state.b).i;
    const next = new Map();
    for (const fact of passing) {
      if (fact.t < 0) continue;
      for (const [from, to] of [[fact.s, fact.t], [fact.t, fact.s]]) {
        if (!next.has(from)) next.set(from, new Set());
        next.get(from).add(to);
      }
    }
    const rank = A.measures.pagerank;
    const came = new Map([[start, -1]]);
    let edge = [start];
    while (edge.length && !came.has(goal)) {
      const wave = [];
      for (const node of edge.sort((x, y) => rank[y] - rank[x] || x - y)) {
        for (const to of next.get(node) || []) {
          if (!came.has(to)) {
            came.set(to, node);
            wave.push(to);
          }
        }
      }
      edge = wave;
    }
    if (!came.has(goal)) return null;
    const way = [];
    for (let node = goal; node !== -1; node = came.get(node)) way.unshift(node);
    return way;
  };
})(window.AIG);

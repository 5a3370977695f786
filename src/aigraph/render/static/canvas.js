// The drawing: keeps vis-network's nodes and edges equal to what filter.js says is visible.
// vis-network sees numbers only, never a name: labels are painted by labels.js.
(function (A) {
  "use strict";
  const GROUP = 1e7; // vis ids: node number, or GROUP + community number
  let nodes;
  let edges;
  A.network = null;
  A.seen = null; // the last result of A.visible

  A.css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  A.startCanvas = function () {
    nodes = new vis.DataSet();
    edges = new vis.DataSet();
    A.network = new vis.Network(A.byId("canvas"), { nodes, edges }, A.options.network);
    A.network.on("click", (event) => {
      if (A.dragged) return;
      if (event.nodes.length) picked(event.nodes[0]);
      else if (event.edges.length) A.change({ edge: String(event.edges[0]), sel: "" });
      else if (A.state.sel || A.state.edge) A.change({ sel: "", edge: "" });
    });
    A.network.on("doubleClick", (event) => {
      const id = event.nodes[0];
      if (id === undefined || id >= GROUP) return;
      A.expand(A.nodes[id]);
    });
    A.network.on("dragEnd", (event) => {
      const moved = event.nodes.filter((id) => id < GROUP);
      if (!moved.length) return;
      const pin = { ...A.state.pin };
      for (const [id, place] of Object.entries(A.network.getPositions(moved))) {
        pin[A.nodes[id].id] = [Math.round(place.x), Math.round(place.y)];
      }
      A.change({ pin }, { still: true });
    });
    A.network.on("hoverNode", (event) => A.hover(event.node < GROUP ? event.node : null));
    A.network.on("blurNode", () => A.hover(null));
    A.network.on("afterDrawing", (context) => A.paint(context));
  };

  function picked(id) {
    if (id >= GROUP) A.change({ groups: [...A.state.groups, id - GROUP] }, { fitGroup: id - GROUP });
    else A.change({ sel: A.nodes[id].id, edge: "" });
  }

  const least = () => A.options.size.least;
  let zoomed = 1; // few nodes of a large graph lie far apart: they are drawn larger, and so are their lines
  let scale = null; // measure name -> function node number -> diameter
  function diameter(i) {
    if (!scale || scale.name !== A.state.size) {
      const values = A.measures[A.state.size];
      let low = Infinity;
      let high = -Infinity;
      for (const value of values) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
      scale = { name: A.state.size, of: (n) => least() + A.options.size.more * Math.sqrt((values[n] - low) / (high - low || 1)) };
    }
    return scale.of(i);
  }
  A.diameter = (i) => diameter(i) * zoomed;
  let places = null; // of a small view, see arrange.js
  A.place = (node) => A.state.pin[node.id] || (places && places.get(node.i)) || [node.x, node.y];

  function nodeItem(i) {
    const node = A.nodes[i];
    const [x, y] = A.place(node);
    const color = A.color(node);
    const pinned = A.state.pin[node.id];
    const border = pinned || A.state.open.includes(node.id) ? A.css("--ink") : A.css("--paper");
    const look = { background: color, border };
    return {
      id: i,
      x,
      y,
      shape: A.types[node.type].shape,
      size: A.diameter(i) / 2,
      borderWidth: pinned ? 2 : 1,
      color: { ...look, highlight: look, hover: look },
    };
  }

  // A community that is not opened: one disc in its middle.
  function groupItem(g) {
    const members = A.groups[g];
    const [x, y] = A.groupPlace(g);
    const color = A.palette[g % A.palette.length];
    const look = { background: color, border: A.css("--paper") };
    const size = 26 * Math.sqrt(members.length); // about half of the disc that the layout gives it
    return { id: GROUP + g, x, y, shape: "dot", size, borderWidth: 2, color: { ...look, highlight: look, hover: look } };
  }
  const middle = new Map();
  A.groupPlace = function (g) {
    if (!middle.has(g)) {
      const members = A.groups[g];
      const sum = members.reduce(([x, y], node) => [x + node.x, y + node.y], [0, 0]);
      middle.set(g, sum.map((total) => total / members.length));
    }
    return middle.get(g);
  };

  function edgeItems(seen) {
    const line = A.css("--line");
    const ink = A.css("--ink");
    const beside = new Map(); // lines between one pair, so that they bend apart
    const items = [];
    for (const bundle of seen.bundles.values()) {
      const pair = bundle.s < bundle.t ? `${bundle.s}-${bundle.t}` : `${bundle.t}-${bundle.s}`;
      const number = beside.get(pair) || 0;
      beside.set(pair, number + 1);
      const bend = Math.ceil(number / 2) * 0.16 * (number % 2 ? 1 : -1) * (bundle.s < bundle.t ? 1 : -1);
      const crowded = seen.bundles.size > 1200;
      const reported = bundle.facts.every((fact) => fact.polarity !== "asserted");
      items.push({
        id: bundle.key,
        from: bundle.s,
        to: bundle.t,
        width: (crowded ? 0.8 : zoomed) * Math.min(4, 0.8 + 0.4 * bundle.facts.reduce((sum, fact) => sum + Math.max(1, fact.sources.length), 0)),
        dashes: reported ? [6, 4] : false,
        smooth: bend ? { enabled: true, type: bend > 0 ? "curvedCW" : "curvedCCW", roundness: Math.abs(bend) } : false,
        color: { color: line, highlight: ink, hover: ink, inherit: false, opacity: crowded ? 0.45 : 1 },
      });
    }
    return items.concat(groupEdges(seen, line));
  }

  function groupEdges(seen, line) {
    if (!seen.groups.length) return [];
    const closed = new Set(seen.groups);
    const end = (n) => (seen.nodes.has(n) ? n : closed.has(A.nodes[n].group) ? GROUP + A.nodes[n].group : null);
    const count = new Map();
    for (const fact of seen.passing) {
      if (fact.t < 0) continue;
      const ends = [end(fact.s), end(fact.t)].sort((x, y) => x - y);
      if (ends[0] === null || ends[1] === null || ends[0] === ends[1] || ends[1] < GROUP) continue;
      const key = ends.join("+");
      count.set(key, (count.get(key) || 0) + 1);
    }
    return [...count].map(([key, n]) => {
      const [from, to] = key.split("+").map(Number);
      return { id: key, from, to, width: Math.min(20, 3 * Math.sqrt(n)), arrows: { to: false }, smooth: false,
        color: { color: line, highlight: line, hover: line, inherit: false, opacity: seen.nodes.size ? 0.25 : 0.5 }, chosen: false };
    });
  }

  // Bring the drawing up to date with the state.
  A.sync = function () {
    const seen = (A.seen = A.visible(A.state));
    const count = seen.nodes.size + seen.groups.length;
    places = A.arrange(seen, A.state);
    zoomed = A.state.base === "groups" ? 1.2 // an opened community lies as densely as in the whole
      : places ? Math.min(2.4, Math.max(1.1, 0.9 * spread([...places.values()])))
      : Math.min(4, Math.max(1.1, 1.8 * Math.sqrt(A.nodes.length / count)));
    const wantedNodes = [...seen.nodes].map(nodeItem).concat(seen.groups.map(groupItem));
    const wantedEdges = edgeItems(seen);
    prune(edges, wantedEdges); // lines go before the nodes that they hold on to
    prune(nodes, wantedNodes);
    nodes.update(wantedNodes);
    edges.update(wantedEdges);
  };

  // How many times as large as the window these places are: what is drawn that much larger is seen as it was meant.
  function spread(points) {
    const { clientWidth: wide, clientHeight: high } = A.byId("canvas");
    const size = (n) => points.reduce((most, p) => Math.max(most, p[n]), -Infinity) - points.reduce((least, p) => Math.min(least, p[n]), Infinity);
    return points.length ? Math.max(size(0) / (wide || 1), size(1) / (high || 1)) : 1;
  }

  function prune(set, wanted) {
    const ids = new Set(wanted.map((item) => item.id));
    set.remove(set.getIds().filter((id) => !ids.has(id)));
  }

  A.GROUP = GROUP;
  // Bring these vis ids (all, where none are given) into view, no larger than `most` times their size.
  A.fit = function (list, most = 1.6) {
    const ids = list || nodes.getIds();
    if (!ids.length) return;
    A.resize();
    A.network.fit({ nodes: ids, animation: false, minZoomLevel: 0.02, maxZoomLevel: most });
    A.viewChanged();
  };
  // The card and the panel change the room for the drawing; vis-network itself would notice later.
  A.resize = () => A.network.setSize("100%", "100%");
  A.centre = function (node) {
    const near = new Set([node.i]);
    for (const { s, t } of A.seen.bundles.values()) {
      if (s === node.i) near.add(t);
      if (t === node.i) near.add(s);
    }
    A.fit([...near], 0.9);
  };
  A.viewChanged = A.debounce(250, () => {
    const { x, y } = A.network.getViewPosition();
    A.state.view = [Math.round(x), Math.round(y), +A.network.getScale().toFixed(3)];
    A.remember();
  });
})(window.AIG);

// Small helpers for building the page. Every text goes in as text (textContent), never as markup.
window.AIG = {};
(function (A) {
  "use strict";

  // A.el("button", {class: "x", onclick: f, "aria-label": "y"}, "text", otherElement, ...)
  A.el = function (tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (typeof value === "function") element.addEventListener(name.slice(2), value);
      else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
      else element.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children.flat(Infinity)) {
      if (child === null || child === undefined || child === false) continue;
      element.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
    return element;
  };

  A.byId = (id) => document.getElementById(id);
  A.fill = (element, ...children) => {
    element.replaceChildren(...children.flat(Infinity).filter((child) => child || child === 0));
    return element;
  };

  // Interface texts: A.t(key, {n: 3}) replaces {n} in the text of that key.
  A.t = function (key, values) {
    const table = A.strings[A.state.lang] || A.strings.en;
    const text = table[key] === undefined ? A.strings.en[key] : table[key];
    return (text === undefined ? key : text).replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };

  A.number = (value) => (typeof value === "number" ? value.toLocaleString(A.state.lang === "zh" ? "zh-CN" : "en-US",
    { maximumFractionDigits: 4 }) : String(value));

  // Only web addresses become links; anything else in a document's address stays text.
  A.webAddress = (url) => (/^https?:\/\//i.test(url || "") ? url : null);

  A.debounce = function (wait, run) {
    let timer = 0;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(run, wait);
    };
  };
})(window.AIG);

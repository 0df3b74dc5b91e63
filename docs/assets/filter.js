// The catalogue of requirements: rows by text, claim, level and state, mirrored in the address. Without scripts all rows
// show. On every page: what scrolls sideways can be reached by keyboard, and landmarks have names of their own.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  document.querySelector(".md-search[role=dialog]")?.setAttribute("aria-label", "Search");
  let number = 0;
  const name = () => {
    for (const nav of document.querySelectorAll(".md-code__nav:not([aria-label])")) {
      nav.setAttribute("aria-label", `Code ${(number += 1)}`);
    }
    for (const wide of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) wide.tabIndex = 0;
  };
  new MutationObserver(name).observe(document.querySelector("article"), { childList: true, subtree: true });
  name();

  if (!/\/requirements\.html$/.test(location.pathname)) return;
  const article = document.querySelector("article");
  const rows = [];
  const sections = [];
  for (const heading of article.querySelectorAll("h2")) {
    const claim = heading.id;
    const section = { nodes: [heading], rows: [] };
    sections.push(section);
    for (let node = heading.nextElementSibling; node && node.tagName !== "H2"; node = node.nextElementSibling) {
      section.nodes.push(node);
      for (const row of node.querySelectorAll("tbody tr")) {
        const cells = [...row.cells].map((cell) => cell.textContent.trim());
        const heads = [...row.closest("table").tHead.rows[0].cells].map((cell) => cell.textContent.trim());
        const fields = Object.fromEntries(heads.map((name, at) => [name, cells[at]]));
        section.rows.push(row);
        rows.push({
          row, claim, level: fields.level,
          state: "judged by" in fields ? "judged" : "not judgeable, since" in fields ? "not judgeable" : "not yet",
          text: row.textContent.toLowerCase(),
        });
      }
    }
  }
  if (!rows.length) return;

  const asked = new URLSearchParams(location.search);
  const form = document.createElement("form");
  form.className = "filters";
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "Filter the requirements");
  const field = (name, label, control) => {
    const around = document.createElement("label");
    around.append(label, control);
    control.name = name;
    form.append(around);
    return control;
  };
  const text = field("text", "Text or id", document.createElement("input"));
  text.type = "search";
  text.value = asked.get("text") || "";
  for (const name of ["claim", "level", "state"]) {
    const select = field(name, name[0].toUpperCase() + name.slice(1), document.createElement("select"));
    select.append(new Option("any", ""));
    for (const value of new Set(rows.map((each) => each[name]))) select.append(new Option(value, value));
    select.value = asked.get(name) || "";
  }
  const count = document.createElement("output");
  form.append(count);
  const first = article.querySelector("table");
  (first.closest(".md-typeset__scrollwrap") || first).before(form);

  const isBare = (node) => {
    const inside = node.querySelectorAll("tbody tr");
    return inside.length > 0 && [...inside].every((row) => row.hidden);
  };
  const show = () => {
    const wanted = Object.fromEntries(new FormData(form));
    const words = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const each of rows) {
      const fits = ["claim", "level", "state"].every((name) => !wanted[name] || each[name] === wanted[name])
        && words.every((word) => each.text.includes(word));
      each.row.hidden = !fits;
      shown += fits;
    }
    for (const section of sections) {
      const isEmpty = section.rows.every((row) => row.hidden);
      for (const node of section.nodes) node.hidden = isEmpty || isBare(node);
    }
    count.value = `${shown} of ${rows.length} requirements`;
    const kept = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
    history.replaceState(null, "", location.pathname + (kept.size ? `?${kept}` : "") + location.hash);
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
});

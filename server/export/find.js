// Finds the cause of a pasted error, or articles by words, in this browser: what is typed is sent nowhere.
// The index is made of the patterns' templates and the causes' rules (finding.py).

const MOST = 200_000;
const SHOWN = 8;
let loading;

function load() {
  loading ??= fetch(new URL("finding.json", import.meta.url)).then((answer) => answer.json());
  return loading;
}

// The place behind the words in their order, -1 where one is missing. A list is one of several.
function follows(flat, words) {
  let at = 0;
  for (const word of words) {
    const ends = [word].flat().map((one) => [flat.indexOf(one, at), one.length]).filter(([found]) => found >= 0);
    if (!ends.length) return -1;
    at = Math.min(...ends.map(([found, length]) => found + length));
  }
  return at;
}

function weight(words) {
  return words.reduce((sum, word) => sum + Math.min(...[word].flat().map((one) => one.length)), 0);
}

// The patterns of a text: of each part of a message the one that says most.
function patterns(index, text) {
  const flat = text.toLowerCase().replace(/\s+/g, " ");
  const tokens = new Set(text.match(/[A-Za-z][\w.]+/g));
  const best = new Map();
  const tells = new RegExp(index.trouble, "i").test(text);
  for (const pattern of index.patterns) {
    // General words say something of a refusal only beside a word of trouble.
    if (pattern.part === "last" && !tells) continue;
    const said = pattern.words.filter((words) => follows(flat, words) >= 0).map(weight);
    const coded = pattern.codes.filter((code) => tokens.has(code)).map((code) => code.length);
    const size = Math.max(0, ...said, ...coded);
    if (size > (best.get(pattern.part)?.size ?? 0)) best.set(pattern.part, { pattern, size });
  }
  if ([...best.keys()].some((part) => part !== "last" && part !== "fallback")) best.delete("last");
  if (best.size > 1) best.delete("fallback");
  return [...best.values()].sort((one, other) => other.size - one.size).map(({ pattern }) => pattern);
}

// How much a message says, as the engine has it (message.detail), from what the patterns and the action say.
function detail(known) {
  if (known.has("message.layer")) return "layer";
  const effect = known.get("message.effect");
  if (effect) return effect.has("explicit") ? "deny" : "no-allow";
  return known.get("message.class")?.has("stated") ? "action" : "none";
}

function facts(index, found, text) {
  const known = new Map();
  const add = (name, values) => known.set(name, new Set([...(known.get(name) ?? []), ...values]));
  for (const pattern of found) {
    for (const [name, values] of Object.entries(pattern.facts)) {
      if (name === "message.pattern" || !known.has(name)) add(name, values);
    }
  }
  const action = text.match(/\b[a-z][a-z0-9-]{1,40}:[A-Z][A-Za-z]{2,60}/)?.[0].toLowerCase();
  const service = action?.split(":")[0] ?? index.services.find((one) => new RegExp(`\\b${one}\\b`, "i").test(text));
  if (service) add("action.service", [service]);
  if (action) {
    add("action", [action]);
    add("action.group", [index.groups[action] ?? (service === "kms" ? "kms" : "other")]);
  }
  add("action.known", [action ? "yes" : "no"]);
  add("principal.expected", ["plain"]);
  if (known.get("message.kind")?.has("denial")) {
    known.set("message.detail", new Set([detail(known)]));
    if (known.has("message.layer") || known.has("message.effect")) known.set("message.class", new Set(["stated"]));
  }
  return known;
}

function fires(known, when) {
  return Object.entries(when).every(([name, values]) => values.some((value) => known.get(name)?.has(value)));
}

// The causes of a text with how certain they are (1 possible … 3 confirmed), best first.
function causes(index, found, known) {
  const rules = Object.entries(index.causes).flatMap(([id, [, own]]) => own.map(([when, then]) => ({ id, when, then })));
  for (let added = true; added; ) {
    added = false;
    for (const { when, then } of rules) {
      if (typeof then === "number" || !fires(known, when)) continue;
      for (const [name, value] of Object.entries(then)) {
        if (known.get(name)?.has(value)) continue;
        known.set(name, new Set([...(known.get(name) ?? []), value]));
        added = true;
      }
    }
  }
  const said = new Map();
  for (const { id, when, then } of rules) {
    if (typeof then === "number" && fires(known, when)) said.set(id, [...(said.get(id) ?? []), then]);
  }
  const named = found.flatMap((pattern) => pattern.causes);
  for (const id of named) if (!said.has(id)) said.set(id, [0.5]);
  const place = (id) => (named.includes(id) ? named.indexOf(id) : named.length);
  // As the engine ranks: by certainty, then by prior, doubled for each further rule that speaks for the cause.
  const sure = (id) => Math.max(...said.get(id));
  const often = (id) => index.causes[id][0] * Math.min(2 ** (said.get(id).filter((one) => one > 0).length - 1), 8);
  return [...said.keys()]
    .filter((id) => index.causes[id] && (!said.get(id).includes(0) || sure(id) === 3))
    .sort((a, b) => sure(b) - sure(a) || often(b) - often(a) || place(a) - place(b));
}

function byWords(index, text) {
  const asked = [...new Set(text.toLowerCase().match(/[a-z0-9][a-z0-9:.-]*/g) ?? [])].slice(0, 40);
  const scored = index.articles.map(([id, , title, words]) => {
    const name = `${id} ${title}`.toLowerCase();
    const rest = words.toLowerCase();
    const score = asked.reduce((sum, word) => sum + (name.includes(word) ? 4 : 0) + (rest.includes(word) ? 1 : 0), 0);
    return [score, id];
  });
  const held = asked.length === 1 ? 1 : 2;
  return scored.filter(([score]) => score >= held).sort((a, b) => b[0] - a[0]).map(([, id]) => id);
}

export function find(index, text) {
  const given = text.slice(-MOST);
  const found = patterns(index, given);
  const ids = found.length
    ? [...causes(index, found, facts(index, found, given)), ...found.map((pattern) => pattern.id)]
    : byWords(index, given);
  return [...new Set(ids)].slice(0, SHOWN);
}

function place() {
  let found = document.getElementById("found");
  if (!found) {
    found = document.createElement("section");
    found.id = "found";
    found.tabIndex = -1;
    document.querySelector("#main > .wrap").prepend(found);
  }
  found.replaceChildren();
  return found;
}

function line(within, name, text) {
  const element = within.appendChild(document.createElement(name));
  element.textContent = text;
  return element;
}

function show(index, ids) {
  const titles = new Map(index.articles.map(([id, , title]) => [id, title]));
  const found = place();
  line(found, "h2", ids.length ? "Found in this browser" : "Nothing here fits: try fewer words, or the whole error");
  const list = found.appendChild(document.createElement("ol"));
  for (const id of ids.filter((one) => titles.has(one))) {
    line(list.appendChild(document.createElement("li")), "a", titles.get(id)).href = `/articles/${id}/`;
  }
  if (!ids.length) list.remove();
  found.focus();
}

async function answer(form) {
  const field = [...form.elements].find(({ name }) => name === "text" || name === "q");
  const text = field?.value.trim();
  if (text) {
    const index = await load();
    show(index, find(index, text));
  } else if (!field) {
    const found = place();
    line(found.appendChild(document.createElement("p")), "a", "Output is read by a running site only").href = "/needs-a-site/";
    found.focus();
  }
}

if (typeof document !== "undefined") {
  for (const form of document.querySelectorAll("form[data-find]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer(form);
    });
  }
}

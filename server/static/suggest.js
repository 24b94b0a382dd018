// Suggestions while somebody types a query: a combobox as the ARIA practices describe it. Nothing is asked of the
// server while the text looks like a pasted error, or may hold identifiers or a secret; server/http/privacy.py asks no less.
const identifier =
  /arn:|\d{4}-?\d{4}-?\d{4}|(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|AGPA|ANPA)[A-Z0-9]{8}|[A-Za-z0-9/+=_-]{32}|[0-9a-f]{8}-[0-9a-f]{4}|\b[a-z]{1,8}-[0-9a-f]{8}|\S@\S|:\/\//i;
const message =
  /[\n\r\t<{]|an error occurred|not authori[sz]ed to perform|user: |assumed-role\/|status code: \d|access ?denied(?:exception)?(?:\)|:)|unauthorizedoperation(?:\)|:)|because no |with an explicit deny/i;
const secret =
  /(?:pass|pwd|secret|token|key|(?<!un)auth|cred|cookie|login|signature|sig|pin|contrase|kennwort|senha)[\w.-]{0,40}["'\]]?\s{0,4}[=:]{1,2}>?\s{0,4}\S|--[\w-]{0,40}(?:pass|secret|token|key|auth|code)[\w-]{0,40}[ =]\S|(?:^|\s)-[pPuwb]\s?[^\s-]\S{3}|(?=[A-Za-z]{0,60}\d{1,60}[A-Za-z]{1,60}\d{1,60}[A-Za-z]{1,60}\d)[A-Za-z0-9+/_.~-]{12}/i;
const pause = 120;

function isQuery(text) {
  return text.length >= 2 && text.length <= 120 && !message.test(text) && !identifier.test(text) && !secret.test(text);
}

class Suggestions {
  constructor(form, number) {
    this.input = form.querySelector("input[type=search]");
    this.list = document.createElement("ul");
    this.list.className = "suggestions";
    this.list.id = `suggestions-${number}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Articles");
    this.list.hidden = true;
    this.input.after(this.list);
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    // Before the field loses the focus, which would take the list away under the pointer.
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target.closest("li");
      if (option) location.assign(option.dataset.url);
    });
    this.close();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), pause);
  }

  async ask() {
    this.asking?.abort();
    const query = this.input.value.trim();
    if (!isQuery(query)) return this.close();
    const { signal } = (this.asking = new AbortController());
    try {
      const answer = await fetch(`/suggest?q=${encodeURIComponent(query)}`, { signal });
      if (answer.ok) this.show(await answer.json());
    } catch {
      if (!signal.aborted) this.close();
    }
  }

  // What was asked for before somebody chose, or closed the list, must not change it under his hands.
  stop() {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  show(offers) {
    this.list.replaceChildren(
      ...offers.map(({ url, title }, index) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}-${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.url = url;
        option.textContent = title;
        return option;
      }),
    );
    this.choose(-1);
    this.list.hidden = offers.length === 0;
    this.input.setAttribute("aria-expanded", String(offers.length > 0));
  }

  close() {
    this.stop();
    this.show([]);
  }

  choose(index) {
    this.at = index;
    [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    const option = this.list.children[index];
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    const count = this.list.children.length;
    if (event.key === "Escape") return this.close();
    if (!count) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.stop();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choose((this.at + step + count + (this.at < 0 && step < 0 ? 1 : 0)) % count);
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      location.assign(this.list.children[this.at].dataset.url);
    }
  }
}

document.querySelectorAll("form[data-suggest]").forEach((form, number) => new Suggestions(form, number));

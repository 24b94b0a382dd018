// <why-denied article="scp-explicit-deny" section="fix">a link to fall back to</why-denied>
// Shows the article in a frame as tall as its content. Where the frame stays silent (it may not be framed here, the
// site is not reached) it is taken away, and the link stays.
(() => {
  const here = document.currentScript;
  const home = here ? new URL(here.src).origin : location.origin;
  const PATIENCE = 8000;

  class WhyDenied extends HTMLElement {
    connectedCallback() {
      // While the page is still being read, the link inside is not there yet.
      if (document.readyState !== "loading") this.show();
      else addEventListener("DOMContentLoaded", () => this.isConnected && this.show(), { once: true });
    }

    show() {
      if (this.frame) return;
      const site = this.getAttribute("site") || home;
      const wizard = this.getAttribute("wizard");
      const article = encodeURIComponent(this.getAttribute("article") || "");
      const section = encodeURIComponent(this.getAttribute("section") || "");
      const path = wizard === null ? `articles/${article}` : "wizard/";
      const theme = /^(light|dark)$/.test(this.getAttribute("theme") || "") && `theme=${this.getAttribute("theme")}`;
      const told = wizard === null ? section && `section=${section}` : wizard.replace(/^\?/, "");
      const query = [told, theme].filter(Boolean).join("&");
      this.link = this.querySelector("a") || this.appendChild(document.createElement("a"));
      if (!this.link.href) this.link.href = `${site}/${path}${wizard === null && section ? `#${section}` : ""}`;
      if (!this.link.textContent) this.link.textContent = "Why Denied: why was I denied?";
      const frame = this.frame = document.createElement("iframe");
      frame.title = this.getAttribute("title") || this.link.textContent;
      frame.setAttribute("sandbox", "allow-scripts allow-popups allow-popups-to-escape-sandbox");
      frame.referrerPolicy = "no-referrer";
      frame.style.cssText = "display:block;width:100%;height:0;border:0;color-scheme:inherit";
      frame.src = `${site}/embed/${path}${query && `?${query}`}`;
      this.heard = (event) => {
        if (event.source !== frame.contentWindow || event.data?.whydenied !== "height") return;
        clearTimeout(this.waiting);
        this.link.hidden = true;
        frame.style.height = `${Math.min(Math.max(Number(event.data.height) || 0, 0), 20000)}px`;
      };
      addEventListener("message", this.heard);
      this.waiting = setTimeout(() => this.disconnectedCallback(), PATIENCE);
      this.append(frame);
    }

    disconnectedCallback() {
      clearTimeout(this.waiting);
      removeEventListener("message", this.heard);
      this.frame?.remove();
      this.frame = null;
      if (this.link) this.link.hidden = false;
    }
  }
  customElements.get("why-denied") || customElements.define("why-denied", WhyDenied);
})();

// What the keyboard and the clipboard need: a copy button on every block of code and on the note, and Ctrl+Enter, which
// sends a box that takes more than one line. Without this script all can be selected and sent as ever.
function text(block) {
  return block.textContent.replace(/\n$/, "");
}

for (const block of document.querySelectorAll(".code > pre, pre[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  // "Copy" a dozen times says nothing to who goes from button to button without seeing what they stand on.
  const what = block.dataset.copy || `the command ${text(block).split("\n")[0].slice(0, 60)}`;
  const say = (word) => {
    button.textContent = word;
    button.setAttribute("aria-label", `${word} ${what}`);
  };
  say("Copy");
  const said = document.createElement("span");
  said.className = "sr";
  said.setAttribute("role", "status");
  const frame = document.createElement("div");
  frame.className = "copyable";
  block.replaceWith(frame);
  frame.append(block, button, said);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text(block));
      say("Copied");
    } catch {
      // No permission, or no secure context: select it, so that one key press copies it.
      getSelection().selectAllChildren(block);
      say("Selected");
    }
    said.textContent = button.textContent;
    setTimeout(() => {
      say("Copy");
      said.textContent = "";
    }, 2000);
  });
}

for (const box of document.querySelectorAll("form textarea")) {
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      box.form.requestSubmit();
    }
  });
}

// A copy button on every block of code and on the note. Without this script the text can be selected as ever.
const label = "Copy";

function text(block) {
  return block.textContent.replace(/\n$/, "");
}

for (const block of document.querySelectorAll(".code > pre, pre[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = label;
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
      button.textContent = "Copied";
    } catch {
      // No permission, or no secure context: select it, so that one key press copies it.
      getSelection().selectAllChildren(block);
      button.textContent = "Selected";
    }
    said.textContent = button.textContent;
    setTimeout(() => {
      button.textContent = label;
      said.textContent = "";
    }, 2000);
  });
}

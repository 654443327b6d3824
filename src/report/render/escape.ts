/** Text inside of an element or a quoted attribute. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text of a paragraph or of a table's cell in Markdown, where HTML too would be obeyed. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~&!]/g, (character) => (character === "&" ? "&amp;" : character === "<" ? "&lt;" : `\\${character}`));
}

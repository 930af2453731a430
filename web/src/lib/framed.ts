// A page of the server's as text, for a frame in which nothing can run.

interface Policies { createPolicy: (name: string, rules: { createHTML: (text: string) => string }) => { createHTML: (text: string) => unknown } }

// The console's own policy lets only named policies turn text into a page. What goes through this one is shown in a
// frame without scripts, forms or an origin.
const policy = (globalThis as { trustedTypes?: Policies }).trustedTypes?.createPolicy('page-preview', { createHTML: (text) => text });

/** The page as most readers get it, with what only a script shows; the scripts stay away, and links lead nowhere. */
export function framed(page: string): string {
  const text = page.replace(/<(noscript|script)\b[\s\S]*?<\/\1>/g, '').replace('<head>', '<head><base target="_blank">');
  return (policy ? policy.createHTML(text) : text) as string;
}

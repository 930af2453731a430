// A host's name, from whatever somebody copied: an address, a name in another script, a name with a slash behind it.

/** The name as browsers send it; what can't be read stays as it is, for the server to say what is wrong with it. */
export function hostOf(text: string): string {
  const typed = text.trim();
  try {
    return new URL(/^[a-z]+:\/\//i.test(typed) ? typed : `https://${typed}`).hostname || typed;
  } catch {
    return typed;
  }
}

// Gives the reader a file.

export function save(name: string, parts: BlobPart, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(parts instanceof Blob ? parts : new Blob([parts], { type }));
  link.download = name;
  link.click();
  // The browser reads the address when it gets to it; a revoked one would be an empty file.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

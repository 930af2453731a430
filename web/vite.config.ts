// The build of the console: into dist, which the program embeds, with every text file packed beside itself.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Packs what is worth it, so that the server has nothing to pack while it sells. */
function packed(): Plugin {
  const pack = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) pack(path);
      else if (/\.(js|css|svg|json)$/.test(entry.name)) {
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    }
  };
  return { name: 'packed', apply: 'build', closeBundle: () => pack('dist') };
}

export default defineConfig({
  base: '/console/',
  plugins: [svelte(), packed()],
  build: {
    target: 'es2023',
    // Preloading is done by links in the page; the helper would need a policy of its own.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
  },
  server: { proxy: { '/v1': process.env.DAYSHELF_URL ?? 'http://127.0.0.1:8080' } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
} as Parameters<typeof defineConfig>[0]);

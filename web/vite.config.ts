import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// The server embeds dist/ and serves it under /console/. In development its API is reached by a proxy:
// RELIGHT=http://127.0.0.1:8080 npm run dev
const server = process.env.RELIGHT ?? 'http://127.0.0.1:8080';

// The server asks whether a request comes from a page of its own: the name of the host must stay as the browser sent it.
const proxy = { '/api': { target: server, changeOrigin: false } };

export default defineConfig({
  base: '/console/',
  plugins: [svelte()],
  build: {
    target: 'es2022',
    // Styles and small pictures stay files: the policy of the page forbids what is written into it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  server: { fs: { allow: ['..'] }, proxy },
  preview: { proxy },
});

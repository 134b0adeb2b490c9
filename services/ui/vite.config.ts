import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { enforceFirstLoad } from './build/first-load.ts';
import { precompress } from './build/precompress.ts';

export default defineConfig({
  plugins: [
    react(),
    // The font counts too: it is fetched on every first visit. The ceiling is what a slow phone can take.
    enforceFirstLoad({
      route: 'src/chat/chat-page.tsx',
      fonts: /geist-latin-wght-normal/,
      limitBytes: 220_000,
    }),
    precompress(),
  ],
  build: {
    target: 'es2023',
    // The Content-Security-Policy forbids data: fonts and inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4221' } },
});

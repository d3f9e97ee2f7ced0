import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Where `npm run dev` of this package finds an API. */
const api = 'http://127.0.0.1:4000';

/** What the contract says of routes and fields for the OpenAPI document, which no page shows: a fortieth of the first page. */
const withoutDocumentation: Plugin = {
  name: 'without-documentation',
  enforce: 'pre',
  transform: {
    filter: { id: /\/packages\/contract\/src\/.*\.ts$/ },
    handler: (code) => code.replace(/\b(summary|description):\s*'(?:[^'\\\n]|\\.)*'/g, "$1: ''"),
  },
};

export default defineConfig({
  plugins: [withoutDocumentation, react(), tailwindcss()],
  // Workspace packages are taken from their source, so that a build needs no other build before it.
  resolve: { conditions: ['@broadstreet-sync/source', 'module', 'browser', 'development|production'] },
  build: { outDir: 'dist/site', target: 'es2023', reportCompressedSize: false, chunkSizeWarningLimit: 700 },
  server: { proxy: { '/api': { target: api }, '/admin': { target: api } } },
});

import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` of this package finds an API. */
const api = 'http://127.0.0.1:4000';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  // Workspace packages are taken from their source, so that a build needs no other build before it.
  resolve: { conditions: ['@broadstreet-sync/source', 'module', 'browser', 'development|production'] },
  build: { outDir: 'dist/site', target: 'es2023', reportCompressedSize: false, chunkSizeWarningLimit: 700 },
  server: { proxy: { '/api': { target: api }, '/admin': { target: api } } },
});

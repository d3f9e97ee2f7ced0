import { useEffect } from 'react';

const product = 'broadstreet-sync';

/** Names the page in the title of its window, where tabs, history and bookmarks take it from. */
export function useDocumentTitle(name: string): void {
  useEffect(() => {
    document.title = `${name} · ${product}`;
  }, [name]);
}

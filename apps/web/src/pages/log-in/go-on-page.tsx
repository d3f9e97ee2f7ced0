import { useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Page } from '../../ui/page.tsx';

/** Whoever comes here is logged in, or need not be: takes him to where he came from, which may be no page of ours. */
export function GoOnPage() {
  const { next } = useSearch({ from: '/login' });
  const target = next ?? '/';
  useEffect(() => location.replace(target), [target]);
  return (
    <Page name="Log in">
      <a href={target} className="text-accent underline">
        Go on
      </a>
    </Page>
  );
}

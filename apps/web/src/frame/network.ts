import { useNavigate, useSearch } from '@tanstack/react-router';

/** The network that every page and every run is limited to; null: all. It stands in the address. */
export function useNetwork(): { readonly network: number | null; readonly choose: (network: number | null) => void } {
  const { network } = useSearch({ from: '__root__' });
  const navigate = useNavigate();
  return {
    network: network ?? null,
    choose(next) {
      // A page of another network's list would be a page of nothing.
      void navigate({ to: '.', search: (before) => ({ ...before, network: next ?? undefined, page: undefined }) });
    },
  };
}

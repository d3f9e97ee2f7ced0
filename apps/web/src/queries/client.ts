import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ProblemError } from '../api/problem.ts';
import { keys } from './keys.ts';

const freshMs = 5000;
const mostRetries = 3;

/** What the API has refused, it refuses again; an API that is away comes back. */
function isWorthRetrying(count: number, error: Error): boolean {
  if (error instanceof ProblemError && error.code === 'offline') return true;
  return count < mostRetries && error instanceof ProblemError && error.status >= 500;
}

/** A log-in that has ended is noticed by what is refused then. */
export function createQueryClient(): QueryClient {
  const onError = (error: Error): void => {
    if (error instanceof ProblemError && error.status === 401)
      void client.invalidateQueries({ queryKey: keys.session });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { staleTime: freshMs, retry: isWorthRetrying, retryDelay: (count) => Math.min(1000 * 2 ** count, 5000) },
    },
  });
  return client;
}

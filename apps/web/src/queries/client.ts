import { QueryClient } from '@tanstack/react-query';
import { ProblemError } from '../api/problem.ts';

const freshMs = 5000;
const mostRetries = 3;

/** What the API has refused, it refuses again; an API that is away comes back. */
function isWorthRetrying(count: number, error: Error): boolean {
  if (error instanceof ProblemError && error.code === 'offline') return true;
  return count < mostRetries && error instanceof ProblemError && error.status >= 500;
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: freshMs, retry: isWorthRetrying, retryDelay: (count) => Math.min(1000 * 2 ** count, 5000) },
    },
  });
}

import { LogInPage } from '../pages/log-in/log-in-page.tsx';
import { useSession } from '../queries/access.ts';
import { Frame } from './frame.tsx';

/** Every page, or the log-in where a key is needed and nobody has shown one. */
export function Entrance() {
  const { data: session, isPending, failureCount } = useSession();
  if (session?.role === null) return <LogInPage />;
  // Of an API that does not answer, the frame tells.
  return isPending && failureCount === 0 ? null : <Frame />;
}

import type { ConnectionTestView } from '@broadstreet-sync/contract';
import { rootKind } from '@broadstreet-sync/domain';
import { CircleAlert, CircleCheck, PlugZap } from 'lucide-react';
import { useConnectionTest } from '../queries/settings.ts';
import { adviceOf } from '../runs/error-words.ts';
import { Button } from '../ui/button.tsx';
import { sentences } from '../ui/sentences.ts';
import { messageOf } from '../ui/states.tsx';
import { describeSeconds } from '../ui/times.tsx';

/** Tries the connection to Broadstreet, and says what came of it. */
export function ConnectionTest() {
  const test = useConnectionTest();
  return (
    <div className="grid gap-2">
      <Button className="justify-self-start" disabled={test.isPending} onClick={() => test.mutate()}>
        <PlugZap /> {test.isPending ? 'Testing …' : 'Test the connection'}
      </Button>
      <div role="status" className="empty:hidden">
        {test.error === null ? null : <Outcome isGood={false} text={messageOf(test.error)} />}
        {test.data === undefined ? null : <Outcome isGood={isGood(test.data)} text={describe(test.data)} />}
      </div>
    </div>
  );
}

function isGood({ works, is_same_account }: ConnectionTestView): boolean {
  return works && is_same_account !== false;
}

/** What a test has found, in words. */
function describe({ works, error, seconds, networks, is_same_account }: ConnectionTestView): string {
  if (error !== null) return sentences(error.message, adviceOf(error, 'import'));
  if (!works) return 'It does not work.';
  const left = networks.filter(({ is_synced }) => !is_synced).length;
  const shown = `${networks.length.toLocaleString()} ${networks.length === 1 ? rootKind.singular : rootKind.name}`;
  return sentences(
    `Broadstreet answers in ${describeSeconds(seconds)}, and shows ${shown}`,
    left === 0 ? null : `${left.toLocaleString()} of them are not synced (BROADSTREET_NETWORKS)`,
    is_same_account === false
      ? 'None of them is known here: this looks like the token of another account (BROADSTREET_ACCESS_TOKEN)'
      : null,
  );
}

function Outcome({ isGood: good, text }: { readonly isGood: boolean; readonly text: string }) {
  const Icon = good ? CircleCheck : CircleAlert;
  return (
    <p className={good ? 'flex items-start gap-2 text-good' : 'flex items-start gap-2 text-bad'}>
      <Icon className="mt-0.5 size-4 shrink-0" aria-hidden />
      <span className="min-w-0 break-words">{text}</span>
    </p>
  );
}

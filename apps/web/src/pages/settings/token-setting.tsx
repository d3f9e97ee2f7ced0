import { type FormEvent, useState } from 'react';
import { useMay } from '../../queries/access.ts';
import { useSetToken, useToken } from '../../queries/settings.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Input } from '../../ui/fields.tsx';
import { messageOf } from '../../ui/states.tsx';
import { Time } from '../../ui/times.tsx';

/** Where the access token comes from; an admin sets another one where it is not set elsewhere. */
export function TokenSetting({ hasToken }: { readonly hasToken: boolean }) {
  const { data: token } = useToken();
  const isAdmin = useMay('admin');
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      {hasToken ? 'set; it is shown nowhere' : 'not set here: the workers need it'}
      {token === undefined || token.set_at === null ? null : (
        <span className="block text-soft">
          stored <Time at={token.set_at} /> by {token.set_by}
        </span>
      )}
      {token?.fixed === null && isAdmin ? (
        <Button size="small" className="mt-1" onClick={() => setAsking(true)}>
          Set another token
        </Button>
      ) : null}
      <TokenDialog isOpen={isAsking} onClose={() => setAsking(false)} />
    </>
  );
}

function TokenDialog({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const set = useSetToken();
  const [token, setToken] = useState('');
  function close(): void {
    set.reset();
    setToken('');
    onClose();
  }
  function submit(event: FormEvent): void {
    event.preventDefault();
    set.mutate(token.trim(), { onSuccess: close });
  }
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title="Set another access token"
      description="Broadstreet is asked whether it takes it. It is stored encrypted, and used by every process within 20 seconds."
    >
      <form className="grid gap-4" onSubmit={submit}>
        <Field label="Access token" problem={set.error === null ? undefined : messageOf(set.error)}>
          {(tied) => (
            <Input
              {...tied}
              type="password"
              autoComplete="off"
              required
              value={token}
              onChange={({ target }) => setToken(target.value)}
            />
          )}
        </Field>
        <Button type="submit" look="main" disabled={set.isPending || token.trim() === ''}>
          Test and store it
        </Button>
      </form>
    </Dialog>
  );
}

import { type FormEvent, useState } from 'react';
import { useLogIn } from '../../queries/access.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Field, Input } from '../../ui/fields.tsx';
import { messageOf } from '../../ui/states.tsx';
import { useDocumentTitle } from '../../ui/use-document-title.ts';

/** Stands in place of every page until somebody has logged in. */
export function LogInPage() {
  useDocumentTitle('Log in');
  const logIn = useLogIn();
  const [key, setKey] = useState('');
  function submit(event: FormEvent): void {
    event.preventDefault();
    logIn.mutate(key.trim());
  }
  return (
    <main className="grid min-h-dvh place-items-center px-4">
      <Card className="w-full max-w-md p-6">
        <form className="grid gap-4" onSubmit={submit}>
          <div className="flex items-center gap-2">
            <img src="/icon.svg" alt="" className="size-7" />
            <h1 className="text-lg font-semibold tracking-tight">Log in to broadstreet-sync</h1>
          </div>
          <Field
            label="Access key"
            hint="It begins with bss_. Without one, ask an admin, who makes keys on the page Keys or by ./sync keys create."
            problem={logIn.error === null ? undefined : messageOf(logIn.error)}
          >
            {(tied) => (
              <Input
                {...tied}
                type="password"
                autoComplete="current-password"
                autoFocus
                required
                value={key}
                onChange={({ target }) => setKey(target.value)}
              />
            )}
          </Field>
          <Button type="submit" look="main" size="large" disabled={logIn.isPending || key.trim() === ''}>
            Log in
          </Button>
        </form>
      </Card>
    </main>
  );
}

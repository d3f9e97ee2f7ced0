import { type FormEvent, useState } from 'react';
import { ProblemError } from '../api/problem.ts';

/** What a form is sent with, and what came of that. */
export interface Submission {
  readonly submit: (event: FormEvent) => void;
  readonly isSending: boolean;
  readonly error: unknown;
  /** What the API says is wrong with the fields. */
  readonly refused: readonly { readonly path: string; readonly message: string }[];
}

/** Sends a form, and keeps why it was refused until it is sent again. */
export function useSubmit(send: () => Promise<unknown>): Submission {
  const [error, setError] = useState<unknown>(null);
  const [isSending, setSending] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    // A form in a dialog is inside the page's own forms.
    event.stopPropagation();
    setSending(true);
    setError(null);
    try {
      await send();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setSending(false);
    }
  }

  return {
    submit: (event) => void submit(event),
    isSending,
    error,
    refused: error instanceof ProblemError ? error.errors : [],
  };
}

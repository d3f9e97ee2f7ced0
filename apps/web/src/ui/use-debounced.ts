import { useEffect, useState } from 'react';

const quietMs = 250;

/**
 * What is typed, at once, and told on when typing pauses.
 *
 * @param value what stands elsewhere, such as in the address; taken over when it changes there
 */
export function useDebounced(value: string, tell: (value: string) => void): [string, (value: string) => void] {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => tell(typed), quietMs);
    return () => clearTimeout(timer);
  }, [typed, value, tell]);
  return [typed, setTyped];
}

/** What was typed, once typing has paused. */
export function useSettled(typed: string): string {
  const [settled, setSettled] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed), quietMs);
    return () => clearTimeout(timer);
  }, [typed]);
  return settled;
}

import type { ErrorCategory, Operation } from '@broadstreet-sync/domain';

interface Words {
  readonly title: string;
  /** What it means, and what a person can do. */
  readonly advice: string;
  /** The same where lists were read: nothing of ours was sent that could be corrected. */
  readonly ofImport?: string;
}

/** What each category of errors means to a person. */
export const categoryWords: Readonly<Record<ErrorCategory, Words>> = {
  network: {
    title: 'No connection to Broadstreet',
    advice: 'It was tried several times. Look whether Broadstreet is up and this machine is online, then retry.',
  },
  authentication: {
    title: 'The access token was refused',
    advice: 'Set a valid BROADSTREET_ACCESS_TOKEN, start again, then retry the run.',
  },
  validation: {
    title: 'Broadstreet or a check refused a value',
    advice: 'Correct the field that is named on the entity, then export it again.',
    ofImport: 'Broadstreet refused to give the list: look at the message, then import again.',
  },
  conflict: {
    title: 'It clashes with what is there',
    advice: 'Choose another name, or link it to the one that exists.',
    ofImport: 'Something else changed it meanwhile: import again.',
  },
  dependency: {
    title: 'Blocked by what it hangs on',
    advice: 'See to its parent first; a retry takes it along.',
    ofImport: 'See first to the list that it hangs on; a retry reads both.',
  },
  quota: { title: 'The rate limit was used up', advice: 'Retry later, or lower BROADSTREET_RATE.' },
  contract: {
    title: 'An answer that Broadstreet should not give',
    advice: 'Retry; if it comes again, look at the message and tell whoever runs this.',
  },
  internal: {
    title: 'Something went wrong here',
    advice: 'Retry; if it comes again, look into the log of the worker.',
  },
};

/** What a page says in the place of what the error says to programs, by its code. */
const wordsByCode: Readonly<Record<string, Words>> = {
  confirmation_needed: {
    title: 'Created only when you confirm it',
    advice:
      'Under Local entities, tick “Also create …” beside the button of the export: Broadstreet can never delete it again.',
  },
  incomplete: {
    title: 'Something is missing',
    advice: 'Open the entity, give what is missing, and export it again.',
  },
};

interface Failed {
  readonly category: ErrorCategory | null;
  readonly code: string | null;
  readonly remedy: string | null;
}

/** What a person can do about an error: as the page has it, else as the error itself says, else as its category does. */
export function adviceOf({ category, code, remedy }: Failed, operation: Operation): string | null {
  const own = code === null ? undefined : wordsByCode[code]?.advice;
  if (own !== undefined || remedy !== null || category === null) return own ?? remedy;
  const { advice, ofImport = advice } = categoryWords[category];
  return operation === 'import' ? ofImport : advice;
}

/** What went wrong, in a few words. */
export function titleOfError({ category, code }: Pick<Failed, 'category' | 'code'>): string {
  const own = code === null ? undefined : wordsByCode[code]?.title;
  return own ?? (category === null ? 'Failed' : categoryWords[category].title);
}

import type { ErrorCategory } from '@broadstreet-sync/domain';

interface Words {
  readonly title: string;
  /** What it means, and what a person can do. */
  readonly advice: string;
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
  },
  conflict: {
    title: 'It clashes with what is there',
    advice: 'Choose another name, or link it to the one that exists.',
  },
  dependency: { title: 'What it hangs on is missing', advice: 'See to its parent first; a retry takes it along.' },
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

import type { ComponentProps, ReactNode } from 'react';
import { useId } from 'react';
import { cn } from './cn.ts';

const box =
  'w-full rounded-md border border-strong-line/60 bg-card px-2.5 text-ink shadow-xs placeholder:text-soft disabled:opacity-60 aria-invalid:border-bad';

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(box, 'h-8.5', className)} {...props} />;
}

export function TextArea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea className={cn(box, 'min-h-20 py-1.5', className)} {...props} />;
}

export function Select({ className, ...props }: ComponentProps<'select'>) {
  return <select className={cn(box, 'h-8.5 pr-7', className)} {...props} />;
}

export function Checkbox({ className, ...props }: ComponentProps<'input'>) {
  return <input type="checkbox" className={cn('size-4 shrink-0 accent-accent', className)} {...props} />;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly problem?: string | undefined;
  readonly isRequired?: boolean;
  /** Gets what ties the control to its label and its problem. */
  readonly children: (tied: { id: string; 'aria-describedby': string; 'aria-invalid': boolean }) => ReactNode;
}

/** A control with its label, what it means, and what is wrong with its value. */
export function Field({ label, hint, problem, isRequired = false, children }: FieldProps) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label id={`${id}-label`} htmlFor={id} className="font-medium">
        {label}
        {isRequired ? <span className="ml-1 text-xs font-normal text-soft">needed for the export</span> : null}
      </label>
      {children({ id, 'aria-describedby': `${id}-says`, 'aria-invalid': problem !== undefined })}
      <p id={`${id}-says`} className={cn('text-[13px] empty:hidden', problem === undefined ? 'text-soft' : 'text-bad')}>
        {problem ?? hint}
      </p>
    </div>
  );
}

interface InputFieldProps
  extends Omit<ComponentProps<'input'>, 'onChange'>,
    Pick<FieldProps, 'label' | 'hint' | 'problem'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A field of one line of text; what it does not know goes to the input. */
export function InputField({ label, hint, problem, onChange, ...props }: InputFieldProps) {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {(tied) => <Input {...tied} {...props} onChange={({ target }) => onChange(target.value)} />}
    </Field>
  );
}

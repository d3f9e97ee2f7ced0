import { ImageUp } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { cn } from '../ui/cn.ts';

interface ImageDropProps {
  /** The image in base64; empty: none. */
  readonly value: string;
  readonly onChange: (value: string | null) => void;
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
}

/** Above this our API refuses the request. */
const mostBytes = 700_000;
const types = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

function readBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('error', () => reject(new Error(`${file.name} cannot be read.`)));
    reader.addEventListener('load', () => {
      resolve(typeof reader.result === 'string' ? (reader.result.split(',')[1] ?? '') : '');
    });
    reader.readAsDataURL(file);
  });
}

/** The image's type by its first bytes. */
function typeOf(base64: string): string {
  const begins = { iVBOR: 'image/png', '/9j/': 'image/jpeg', R0lG: 'image/gif', UklG: 'image/webp' };
  return Object.entries(begins).find(([start]) => base64.startsWith(start))?.[1] ?? types[0] ?? '';
}

/** Takes an image by drop or choice, checks it, and shows it. */
export function ImageDrop({ value, onChange, ...tied }: ImageDropProps) {
  const [fault, setFault] = useState<string | null>(null);
  const [isOver, setOver] = useState(false);

  async function take(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    if (!types.includes(file.type))
      return setFault(`${file.name} is no image of a kind that browsers show: PNG, JPEG, GIF, WebP.`);
    if (file.size > mostBytes)
      return setFault(`${file.name} has ${Math.ceil(file.size / 1000)} kB; at most 700 kB can be sent.`);
    setFault(null);
    onChange(await readBase64(file));
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a shortcut; the input in it does the same
    <div
      className={cn(
        'grid justify-items-start gap-2 rounded-md border border-dashed p-3',
        isOver && 'border-accent bg-accent-soft',
      )}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer.files[0]);
      }}
    >
      {value === '' ? (
        <span className="flex items-center gap-2 text-soft">
          <ImageUp className="size-4" aria-hidden /> Drop an image here, or choose one.
        </span>
      ) : (
        <>
          <img
            src={`data:${typeOf(value)};base64,${value}`}
            alt="As it will be sent"
            className="max-h-40 max-w-full rounded border"
          />
          <Button size="small" onClick={() => onChange(null)}>
            Take another
          </Button>
        </>
      )}
      <input
        {...tied}
        type="file"
        accept={types.join(',')}
        onChange={({ target }) => void take(target.files?.[0])}
        className="max-w-full text-[13px]"
      />
      {fault === null ? null : <p className="text-bad">{fault}</p>}
    </div>
  );
}

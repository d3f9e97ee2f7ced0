import { Search } from 'lucide-react';
import { cn } from './cn.ts';
import { Input } from './fields.tsx';
import { useDebounced } from './use-debounced.ts';

interface SearchBoxProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly className?: string;
}

export function SearchBox({ label, value, onChange, className }: SearchBoxProps) {
  const [typed, setTyped] = useDebounced(value, onChange);
  return (
    <div className={cn('relative', className)}>
      <Search className="absolute top-2.5 left-2.5 size-4 text-soft" aria-hidden />
      <Input
        type="search"
        aria-label={label}
        placeholder={label}
        className="pl-8"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
    </div>
  );
}

import { type EntityKind, type KindName, kindNames, kinds, titleOf } from '@broadstreet-sync/domain';
import { useState } from 'react';
import { toast } from 'sonner';
import { type CheckedLine, checkLine, csvFields, readCsv } from '../../kinds/read-csv.ts';
import { useMakeMany } from '../../queries/many.ts';
import { useParentsByName } from '../../queries/parents-by-name.ts';
import { Button } from '../../ui/button.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, Select } from '../../ui/fields.tsx';
import { Failure, messageOf } from '../../ui/states.tsx';

interface CsvDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

const mostShown = 200;

/** Makes local entities from a file of a spreadsheet, after a look at each line. */
export function CsvDialog({ isOpen, onClose }: CsvDialogProps) {
  return (
    <Dialog
      isWide
      isOpen={isOpen}
      onClose={onClose}
      title="Import from a CSV file"
      description="Each line becomes a local entity. Nothing is saved before you have seen what it would be."
    >
      <CsvImport onClose={onClose} />
    </Dialog>
  );
}

function CsvImport({ onClose }: Pick<CsvDialogProps, 'onClose'>) {
  const [kindName, setKindName] = useState<KindName>(kindNames[1]);
  const [text, setText] = useState<string | null>(null);
  const kind = kinds[kindName];
  return (
    <div className="grid gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="What the lines are">
          {(tied) => (
            <Select
              {...tied}
              value={kindName}
              onChange={({ target }) => setKindName(kindNames.find((name) => name === target.value) ?? kindName)}
            >
              {kindNames.map((name) => (
                <option key={name} value={name}>
                  {titleOf(kinds[name])}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="File" hint="With a heading. Separated by commas, semicolons or tabs.">
          {(tied) => (
            <input
              {...tied}
              type="file"
              accept=".csv,.tsv,.txt,text/csv"
              className="h-8.5 max-w-full rounded-md border border-strong-line/60 p-1 text-[13px]"
              onChange={({ target }) => void target.files?.[0]?.text().then(setText)}
            />
          )}
        </Field>
      </div>
      <p className="text-[13px] text-soft">
        Columns: {csvFields(kind).join(', ')}. A parent may be given by its id or by its name.
      </p>
      {text === null ? null : <CsvPreview key={kindName} kind={kind} text={text} onClose={onClose} />}
    </div>
  );
}

const columns: readonly Column<CheckedLine>[] = [
  { key: 'line', title: 'Line', isNumber: true, cell: ({ number }) => number },
  {
    key: 'state',
    title: 'State',
    cell: ({ faults, notes }) => (
      <ul className="grid gap-0.5 text-[13px]">
        {faults.map((fault) => (
          <li key={fault} className="text-bad">
            {fault}
          </li>
        ))}
        {notes.map((note) => (
          <li key={note} className="text-warm">
            {note}
          </li>
        ))}
        {faults.length + notes.length === 0 ? <li className="text-good">ready</li> : null}
      </ul>
    ),
  },
  {
    key: 'fields',
    title: 'Values',
    cell: ({ fields }) => (
      <span className="line-clamp-3 text-[13px]">
        {Object.entries(fields)
          .map(([name, value]) => `${name}: ${String(value)}`)
          .join(' · ')}
      </span>
    ),
  },
];

interface CsvPreviewProps {
  readonly kind: EntityKind;
  readonly text: string;
  readonly onClose: () => void;
}

function CsvPreview({ kind, text, onClose }: CsvPreviewProps) {
  const file = readCsv(kind, text);
  const { data: parents, error } = useParentsByName(kind, file.lines);
  const { made, make } = useMakeMany(kind.name);
  const checked = file.lines.map((line) => checkLine(kind, line, parents ?? new Map()));
  const good = checked.filter(({ faults }) => faults.length === 0);

  async function save(): Promise<void> {
    try {
      await make(good.map(({ fields }) => fields));
      toast.success(`${good.length.toLocaleString()} ${kind.name} are saved here.`);
      onClose();
    } catch (thrown) {
      toast.error(messageOf(thrown));
    }
  }

  if (file.fault !== null) {
    return (
      <p role="alert" className="text-bad">
        {file.fault}
      </p>
    );
  }
  return (
    <>
      {file.unknown.length === 0 ? null : (
        <p className="text-warm">
          Left out, as no field of {kind.name}: {file.unknown.join(', ')}.
        </p>
      )}
      {error === null ? null : <Failure error={error} />}
      <div className="relative max-h-80 overflow-auto rounded-md border">
        <DataTable
          label="Lines of the file"
          columns={columns}
          rows={checked.slice(0, mostShown)}
          keyOf={({ number }) => String(number)}
          nameOf={({ number }) => `line ${number}`}
        />
      </div>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p>
          {good.length.toLocaleString()} of {checked.length.toLocaleString()} lines can be saved
          {checked.length > mostShown ? `; the first ${mostShown} are shown` : ''}.
        </p>
        <Button
          look="main"
          disabled={good.length === 0 || made !== null || parents === undefined}
          onClick={() => void save()}
        >
          {made === null
            ? `Save ${good.length.toLocaleString()} as local`
            : `${made.toLocaleString()} of ${good.length.toLocaleString()} saved …`}
        </Button>
      </div>
    </>
  );
}

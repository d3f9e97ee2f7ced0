/** A line of progress: kept in place on a terminal, elsewhere written again when it has changed, every 2 s at most. */
export interface ProgressLine {
  show(text: string): void;
  /** Leaves the last state standing. */
  end(): void;
}

const betweenLinesMs = 2000;

export function createProgressLine(output = process.stdout, now = Date.now): ProgressLine {
  let shown = '';
  let last = '';
  let shownAt = Number.NEGATIVE_INFINITY;

  function write(text: string): void {
    if (text === shown) return;
    output.write(output.isTTY ? `\r  ${fit(text, output.columns)}\u001b[K` : `  ${text}\n`);
    shown = text;
    shownAt = now();
  }
  return {
    show(text) {
      last = text;
      if (output.isTTY || now() - shownAt >= betweenLinesMs) write(text);
    },
    end() {
      write(last);
      if (output.isTTY) output.write('\n');
    },
  };
}

/** A line that wraps cannot be written over. */
function fit(text: string, columns: number): string {
  return text.length + 2 < columns ? text : `${text.slice(0, Math.max(0, columns - 4))}…`;
}

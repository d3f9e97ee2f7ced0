/** One server-sent event; what it does not give is empty. */
export interface ServerEvent {
  readonly name: string;
  readonly id: string;
  /** As sent: JSON in our streams. */
  readonly data: string;
}

function parseEvent(block: string): ServerEvent {
  const fields = new Map(
    block.split('\n').map((line) => [line.split(':', 1)[0], line.slice(line.indexOf(':') + 1).trim()]),
  );
  return { name: fields.get('event') ?? '', id: fields.get('id') ?? '', data: fields.get('data') ?? '' };
}

/** The events of an answer one by one, comments left out; ends when the server ends the stream. */
export async function* serverEvents(answer: Response): AsyncGenerator<ServerEvent, undefined> {
  let text = '';
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const event of blocks.map(parseEvent)) if (event.data !== '') yield event;
  }
}

import { toast } from 'sonner';
import { messageOf } from './states.tsx';

/** Saves a list of the API as a file for a spreadsheet. */
export async function downloadCsv(address: string, fileName: string): Promise<void> {
  try {
    const answer = await fetch(address, { headers: { accept: 'text/csv' } });
    if (!answer.ok) throw new Error(`The API answers ${answer.status}.`);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(await answer.blob());
    link.download = fileName;
    link.click();
    URL.revokeObjectURL(link.href);
  } catch (error) {
    toast.error(messageOf(error));
  }
}

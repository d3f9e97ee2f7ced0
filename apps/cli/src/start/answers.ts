/** Whether a server answers at `url`, and with success. */
export async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    // Not up yet.
    return false;
  }
}

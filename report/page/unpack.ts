/** Gunzips in the browser, up to a limit: a small file may unpack to one that fills the memory. */

/** @throws RangeError when there is more than `most` bytes of it; whatever the browser throws for what is no gzip */
export async function unpacked(packed: Blob, most: number): Promise<Blob> {
  const reader = packed.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const chunks: BlobPart[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks);
    size += value.byteLength;
    if (size > most) {
      await reader.cancel();
      throw new RangeError('too large');
    }
    chunks.push(value);
  }
}

/** Of a longer line the rest is cut off: nobody reads it, and a runaway line must not fill the memory. */
const longestLine = 64 * 1024;

/** Lines of a stream of bytes, the last one too when the stream ends without a break. UTF-8, U+FFFD for what is none. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  let isCut = false;
  for await (const chunk of chunks) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const [index, part] of parts.entries()) {
      if (isCut && index === 0) isCut = false;
      else yield part.slice(0, longestLine);
    }
    if (rest.length > longestLine) {
      if (!isCut) yield rest.slice(0, longestLine);
      isCut = true;
      rest = '';
    }
  }
  if (rest !== '' && !isCut) yield rest;
}

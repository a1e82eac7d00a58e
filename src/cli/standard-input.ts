/** All of standard input, once it ends. @param refuse throws where so many bytes are too many; what is behind them is not read */
export async function standardInput(refuse: (byteCount: number) => void = () => undefined): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk as Buffer);
    byteCount += bytes.length;
    refuse(byteCount);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

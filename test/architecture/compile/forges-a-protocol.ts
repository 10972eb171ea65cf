/** A source that declares its own reading protocol to get the transport. */
import type { ReadIo } from '../../../src/doors/io.ts';
import type { ReadingProtocol } from '../../../src/platform/protocol.ts';
import type { Transport } from '../../../src/platform/transport.ts';

interface Writer {
  close(): Promise<void>;
}
const open = (transport: Transport): Writer => ({
  close: async () => {
    await transport.http.request(
      { method: 'POST', url: 'http://billing/refund' },
      new AbortController().signal,
    );
  },
});

// error TS2561: 'open' does not exist in type 'DeclaredReads<string, Writer>'
export const literal: ReadingProtocol<string, Writer> = { name: 'mine', open };

// error TS2322: Property '#open' is missing
export const nameless: ReadingProtocol<string, Writer> = { name: 'mine' };

class Mine {
  readonly name = 'mine';
  readonly #open = open;
  opened(transport: Transport): Writer {
    return this.#open(transport);
  }
}
// error TS2322: Property '#open' in type 'Mine' refers to a different member
export const lookalike: ReadingProtocol<string, Writer> = new Mine();

export const use = (io: ReadIo): void => {
  // error TS2345: Argument of type 'Mine' is not assignable
  io.open(new Mine(), 'target');
};

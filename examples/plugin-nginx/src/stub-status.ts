/** The counters of nginx's stub_status page (ngx_http_stub_status_module). */
export interface StubStatus {
  /** Current client connections, including waiting ones. */
  readonly active: number;
  readonly reading: number;
  readonly writing: number;
  /** Idle keep-alive connections. */
  readonly waiting: number;
  /** Since nginx started. */
  readonly accepts: number;
  readonly handled: number;
  readonly requests: number;
}

const page =
  /^Active connections: (\d+)\s+server accepts handled requests\s+(\d+) (\d+) (\d+)\s+Reading: (\d+) Writing: (\d+) Waiting: (\d+)\s*$/;

/** Parses a page. Returns undefined for a text that is not a stub_status page. */
export const parseStubStatus = (text: string): StubStatus | undefined => {
  const match = page.exec(text);
  if (match === null) return undefined;
  const [active = 0, accepts = 0, handled = 0, requests = 0, reading = 0, writing = 0, waiting = 0] = match
    .slice(1)
    .map(Number);
  return { active, accepts, handled, requests, reading, writing, waiting };
};

/** An object or a list of a JSON text that is open where the text has been read to. */
export interface JsonContainer {
  isList: boolean;
  openedAt: number;
  /** Position of the last comma between its members, since `from`. */
  commaAt: number | undefined;
  /** Position of its first member that is not in `made` yet. */
  from: number;
  /** The members before the last comma. */
  members: number;
  /** Its parsed members, once a part of it was parsed. */
  made: MadeContainer | undefined;
}

interface MadeContainer {
  readonly value: unknown[] | Record<string, unknown>;
  /** The key of the open member of an object. */
  key: string;
  /** True after a member that was a container of its own: a comma or the end follows. */
  isAfterMember: boolean;
  /** True after a comma: a member follows. */
  needsMember: boolean;
}

/** Parses parts of a JSON text, and learns where their values go. */
export interface JsonPartParser {
  parse(text: string): unknown;
  /** The members of a parsed container were added to another one. */
  merged(from: object, into: object): void;
  /** A container became a member of another one. */
  attached(member: object, to: object): void;
}

const isBlank = (text: string): boolean => /^[ \t\n\r]*$/.test(text);

const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Sets an own property: an assignment to `__proto__` would set the prototype. */
const setMember = (into: Record<string, unknown>, key: string, value: unknown): void => {
  if (key !== '__proto__') into[key] = value;
  else Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true });
};

/**
 * The value of a JSON text that is parsed in parts, each by JSON.parse: the complete members of the containers that are open. The result
 * is that of JSON.parse for the whole text, also for one that is not JSON.
 */
export class JsonParts {
  readonly #parser: JsonPartParser;
  /** The text from `#base` on. */
  #text = '';
  #base = 0;
  #root: { readonly value: unknown } | undefined;
  #isBroken = false;
  #hasParts = false;
  /** Position up to which the text is parsed. */
  parsedTo = 0;

  constructor(parser: JsonPartParser) {
    this.#parser = parser;
  }

  add(part: string): void {
    this.#text += part;
  }

  /** The text cannot be JSON. */
  fail(): void {
    this.#isBroken = true;
  }

  /** Parses all complete members of the containers that are open, the outermost first. `at`: position of a comma in the innermost. */
  parse(open: readonly JsonContainer[], time: number): void {
    this.#hasParts = true;
    this.parsedTo = time;
    if (this.#isBroken) return;
    open.forEach((container, index) => {
      if (index === 0 && container.made === undefined) this.#requireStart(container.openedAt);
      this.#parseMembers(container);
      const inner = open[index + 1];
      if (inner !== undefined && inner.made === undefined) this.#openMember(container, inner.openedAt);
    });
    const from = open.at(-1)?.from ?? time;
    this.#text = this.#text.slice(from - this.#base);
    this.#base = from;
  }

  /** A comma in a container that has been parsed in part. */
  separate(container: JsonContainer, made: MadeContainer, time: number): void {
    if (!made.isAfterMember) {
      container.commaAt = time;
      return;
    }
    if (!isBlank(this.#slice(container.from, time))) this.fail();
    container.from = time + 1;
    made.isAfterMember = false;
    made.needsMember = true;
  }

  /** The end of a container that has been parsed in part. */
  close(
    container: JsonContainer,
    made: MadeContainer,
    outer: JsonContainer | undefined,
    position: number,
  ): void {
    const rest = this.#slice(container.from, position);
    if (made.isAfterMember || (!made.needsMember && isBlank(rest))) {
      if (!isBlank(rest)) this.fail();
    } else this.#append(container, made, rest);
    if (outer === undefined) this.#root = { value: made.value };
    else if (outer.made !== undefined) {
      this.#attach(outer.made, made.value);
      outer.made.isAfterMember = true;
      outer.from = position + 1;
      outer.commaAt = undefined;
    }
    this.#text = this.#text.slice(position + 1 - this.#base);
    this.#base = position + 1;
  }

  /** The value of the whole text; undefined if nothing of it is parsed yet. */
  end(): { readonly value: unknown } | 'broken' | undefined {
    if (!this.#hasParts) return undefined;
    if (this.#isBroken || this.#root === undefined || !isBlank(this.#text)) return 'broken';
    return this.#root;
  }

  #slice(from: number, to: number): string {
    return this.#text.slice(from - this.#base, to - this.#base);
  }

  /** Only one value is in a text, and nothing before it. */
  #requireStart(position: number): void {
    if (this.#root !== undefined || !isBlank(this.#slice(this.#base, position))) this.fail();
  }

  #parseMembers(container: JsonContainer): void {
    container.made ??= {
      value: container.isList ? [] : {},
      key: '',
      isAfterMember: false,
      needsMember: false,
    };
    if (container.commaAt === undefined) return;
    this.#append(container, container.made, this.#slice(container.from, container.commaAt));
    container.from = container.commaAt + 1;
    container.commaAt = undefined;
    container.made.needsMember = true;
  }

  /** Reads the key before a member that is a container, up to its start. */
  #openMember({ isList, from, made }: JsonContainer, position: number): void {
    if (made === undefined || made.isAfterMember) {
      this.fail();
      return;
    }
    const before = this.#slice(from, position);
    if (isList) {
      if (!isBlank(before)) this.fail();
      return;
    }
    const member = this.#parse(`{${before}0}`);
    const [key, ...others] = Object.keys(member ?? {});
    if (member === undefined || key === undefined || others.length > 0) {
      this.fail();
      return;
    }
    this.#merge(member, made.value);
    made.key = key;
  }

  #append({ isList }: JsonContainer, { value }: MadeContainer, members: string): void {
    const parsed = isBlank(members) ? undefined : this.#parse(isList ? `[${members}]` : `{${members}}`);
    if (parsed === undefined) this.fail();
    else this.#merge(parsed, value);
  }

  #parse(text: string): Record<string, unknown> | undefined {
    try {
      const value = this.#parser.parse(text);
      if (isContainer(value)) return value;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    this.fail();
    return undefined;
  }

  #merge(parsed: Record<string, unknown>, into: MadeContainer['value']): void {
    if (!Array.isArray(into)) for (const key of Object.keys(parsed)) setMember(into, key, parsed[key]);
    else if (Array.isArray(parsed)) for (const item of parsed) into.push(item);
    this.#parser.merged(parsed, into);
  }

  #attach({ value: into, key }: MadeContainer, member: object): void {
    if (Array.isArray(into)) into.push(member);
    else setMember(into, key, member);
    this.#parser.attached(member, into);
  }
}

import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';

/** What a kubeconfig that this directory has written says. */
export interface Access {
  readonly server: string;
  readonly ca: string;
  /** Absent: anonymous. */
  readonly token?: string;
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly users: readonly { readonly user: { readonly token: string } }[];
}

export const accessIn = async (kubeconfig: string): Promise<Access> => {
  const {
    clusters: [first],
    users: [only],
  }: Kubeconfig = JSON.parse(await readFile(kubeconfig, 'utf8'));
  if (first === undefined || only === undefined) throw new Error(`${kubeconfig} is not one of ours`);
  const { server, 'certificate-authority-data': ca } = first.cluster;
  return { server, ca: Buffer.from(ca, 'base64').toString('utf8'), token: only.user.token };
};

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: object;
  /** Of the body; JSON unless it is said. */
  readonly type?: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
}

/** An apiserver, asked directly: the real client is what is tested. */
export interface Api {
  /** Whatever it answers. */
  call(path: string, call?: Call): Promise<ApiAnswer>;
  /** Its JSON; `T` is what the caller knows of it. Rejects, with its words, unless the status is 2xx. */
  ask<T = unknown>(path: string, call?: Call): Promise<T>;
  close(): Promise<void>;
}

export const openApi = ({ server, ca, token }: Access): Api => {
  const dispatcher = new Agent({ connect: { ca }, connections: 64 });
  const call: Api['call'] = async (path, { method = 'GET', body, type = 'application/json' } = {}) => {
    const answer = await request(`${server}${path}`, {
      dispatcher,
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  return {
    call,
    ask: async (path, how) => {
      const { status, text } = await call(path, how);
      if (status >= 300)
        throw new Error(`${how?.method ?? 'GET'} ${path} was answered ${status}: ${text.slice(0, 400)}`);
      return JSON.parse(text);
    },
    close: () => dispatcher.close(),
  };
};

/** Whether a component of the cluster answers 2xx to an anonymous request; all components share one certificate. */
export const answersWell = async (url: string, ca: string): Promise<boolean> => {
  const api = openApi({ server: new URL(url).origin, ca });
  try {
    const { status } = await api.call(new URL(url).pathname);
    return status < 300;
  } catch {
    return false;
  } finally {
    await api.close();
  }
};

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** How a page is looked at. */
export interface PageView {
  /** CSS pixels. */
  readonly width: number;
  readonly isDark?: boolean;
}

/** What a browser says of a page. */
export interface SeenPage {
  /** Errors and warnings of its console, exceptions, and what its security policy forbade. */
  readonly complaints: readonly string[];
  /** What was asked for besides the page itself. */
  readonly requests: readonly string[];
  /** The value of an expression in the page. */
  evaluate(expression: string): Promise<unknown>;
  /** The whole page as PNG. */
  screenshot(): Promise<Buffer>;
  /** The page on paper, as PDF. */
  print(): Promise<Buffer>;
}

/** A headless browser of its own profile. */
export interface Browser {
  open(file: string, view: PageView): Promise<SeenPage>;
  close(): Promise<void>;
}

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The browser that is installed; undefined where none is. */
export function browserProgram(): string | undefined {
  return names.find((name) => spawnSync(name, ['--version']).status === 0);
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

/** Starts a browser, which speaks the DevTools protocol on a port of loopback. */
export async function startBrowser(program: string): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), 'navi-browser-'));
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-dev-shm-usage'];
  const where = [`--user-data-dir=${folder}`, '--remote-debugging-port=0', 'about:blank'];
  const child = spawn(program, [...flags, ...where], { stdio: ['ignore', 'ignore', 'pipe'] });
  const connection = await Connection.open(await addressOf(child));
  return {
    open: async (file, view) => await openPage(connection, pathToFileURL(file).href, view),
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await connection.send('Browser.close');
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const [, address] = /DevTools listening on (ws:\S+)/.exec(text) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`the browser ended: ${text}`)));
  });
}

/** One connection of the DevTools protocol. */
class Connection {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #listeners = new Set<(message: Message) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as Message;
      if (message.id === undefined) for (const listener of this.#listeners) listener(message);
      else this.#waiting.get(message.id)?.(message);
    });
  }

  static async open(address: string): Promise<Connection> {
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => reject(new Error(`nothing answers at ${address}`)));
    });
    return new Connection(socket);
  }

  listen(listener: (message: Message) => void): void {
    this.#listeners.add(listener);
  }

  async send(method: string, params: object = {}, sessionId?: string): Promise<Readonly<Record<string, unknown>>> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    const { result, error } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  }
}

async function openPage(connection: Connection, url: string, { width, isDark }: PageView): Promise<SeenPage> {
  const { targetId } = await connection.send('Target.createTarget', { url: 'about:blank' });
  const attached = await connection.send('Target.attachToTarget', { targetId, flatten: true });
  const sessionId = String(attached['sessionId']);
  const send = async (method: string, params?: object): Promise<Readonly<Record<string, unknown>>> =>
    await connection.send(method, params, sessionId);
  const complaints: string[] = [];
  const requests: string[] = [];
  const loaded = new Promise<void>((resolve) => {
    connection.listen(({ method, params = {}, sessionId: of }) => {
      if (of !== sessionId) return;
      if (method === 'Page.loadEventFired') resolve();
      const complaint = complaintOf(method, params);
      if (complaint !== undefined) complaints.push(complaint);
      if (method !== 'Network.requestWillBeSent') return;
      const asked = String((params['request'] as { url?: string }).url);
      if (asked !== url) requests.push(asked);
    });
  });
  for (const domain of ['Page', 'Log', 'Runtime', 'Network', 'Audits']) await send(`${domain}.enable`);
  await send('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 });
  const scheme = isDark === true ? 'dark' : 'light';
  await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
  await send('Page.navigate', { url });
  await loaded;
  return {
    complaints,
    requests,
    evaluate: async (expression) => {
      const answer = await send('Runtime.evaluate', { expression, returnByValue: true });
      return (answer['result'] as { readonly value?: unknown }).value;
    },
    screenshot: async () => {
      const { data } = await send('Page.captureScreenshot', { captureBeyondViewport: true });
      return Buffer.from(String(data), 'base64');
    },
    print: async () => Buffer.from(String((await send('Page.printToPDF'))['data']), 'base64'),
  };
}

/** What in an event of the browser is to be complained of. */
function complaintOf(method: string | undefined, params: Readonly<Record<string, unknown>>): string | undefined {
  const told = JSON.stringify(params);
  if (method === 'Runtime.exceptionThrown' || method === 'Audits.issueAdded') return told;
  if (method === 'Runtime.consoleAPICalled') return told;
  if (method !== 'Log.entryAdded') return undefined;
  const { level } = params['entry'] as { readonly level?: string };
  return level === 'error' || level === 'warning' ? told : undefined;
}

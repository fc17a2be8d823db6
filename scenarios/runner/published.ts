/** Measures what `results/published.ts` sets beside the tables of others: their own heads replayed, and today's bytes. */
import { createServer, type AddressInfo } from 'node:net';
import type { HeaderProfile } from '../../clients/headers.ts';
import { Http1Connection } from '../../clients/http1.ts';
import { Ledger } from '../../clients/ledger.ts';
import type { ExactLayers, ExactTransport } from '../../results/exact.ts';
import type { MeasuredExchange, Published } from '../../results/published.ts';
import { exactFigures } from './exact.ts';

/** Request and response of the article's stock ticker, without their line ends: 871 characters. */
const REQUEST = [
  'GET /PollingStock//PollingStock HTTP/1.1',
  'Host: localhost:8080',
  'User-Agent: Mozilla/5.0 (Windows; U; Windows NT 5.1; en-US; rv:1.9.1.5) Gecko/20091102 Firefox/3.5.5',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language: en-us',
  'Accept-Encoding: gzip,deflate',
  'Accept-Charset: ISO-8859-1,utf-8;q=0.7,*;q=0.7',
  'Keep-Alive: 300',
  'Connection: keep-alive',
  'Referer: http://www.example.com/PollingStock/',
  'Cookie: showInheritedConstant=false; showInheritedProtectedConstant=false; showInheritedProperty=false; showInheritedProtectedProperty=false; showInheritedMethod=false; showInheritedProtectedMethod=false; showInheritedEvent=false; showInheritedStyle=false; showInheritedEffect=false',
];
/** Printed as `HTTP/1.x`, which no server has ever sent; 1.1 is as long. */
const RESPONSE = [
  'HTTP/1.1 200 OK',
  'X-Powered-By: Servlet/2.5',
  'Server: Sun Java System Application Server 9.1_02',
  'Content-Type: text/html;charset=UTF-8',
  'Content-Length: 21',
  'Date: Sat, 07 Nov 2009 00:32:46 GMT',
];
const MESSAGE = 'x'.repeat(21);

const asHead = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
const lineEnds = (lines: readonly string[]): number => asHead(lines).length - lines.join('').length;

export async function measurePublished(headers: HeaderProfile): Promise<Published> {
  const theirs = await replay(asHead(REQUEST), asHead(RESPONSE) + MESSAGE);
  const common = {
    carrier: 'h1',
    responseHeaders: 'minimal',
    deflate: false,
    contextTakeover: true,
    gzip: false,
  } as const;
  const { transports } = await exactFigures(['short-polling', 'websocket', 'tcp'], {
    ...common,
    headers,
    payloadBytes: MESSAGE.length,
  });
  const [poll, websocket, tcp] = transports as [ExactTransport, ExactTransport, ExactTransport];
  const one = (of: ExactTransport) =>
    of.perMessage.find(({ payloadBytes }) => payloadBytes === MESSAGE.length)!.exchange;
  const total = ({ up, down }: { up: ExactLayers; down: ExactLayers }): number => up.total + down.total;
  return {
    theirs,
    theirPayloadBytes: MESSAGE.length,
    theirLineEndBytes: lineEnds(REQUEST) + lineEnds(RESPONSE),
    theirCookieBytes: REQUEST.at(-1)!.length,
    today: {
      headers: headers.name,
      poll: { upBytes: one(poll).up.header, downBytes: one(poll).down.header },
      frameBytes: one(websocket).down.framing,
    },
    sweep: websocket.perMessage.map(({ payloadBytes, exchange }, index) => ({
      payloadBytes,
      tcpBytes: total(tcp.perMessage[index]!.exchange),
      websocketBytes: total(exchange),
    })),
    connect: { tcpBytes: total(tcp.connect), websocketBytes: total(websocket.connect) },
  };
}

/** Sends the request to a bare server that answers with the response, and returns what the sockets counted. */
async function replay(request: string, response: string): Promise<MeasuredExchange> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ledger = new Ledger();
  const { port } = server.address() as AddressInfo;
  try {
    await new Promise<void>((resolve, reject) => {
      const connection = new Http1Connection({ host: '127.0.0.1', port, carrier: 'h1' }, ledger, {
        head: () => {},
        body: (_buffer, start, end) => void (ledger.down.payload += end - start),
        end: () => {
          connection.destroy();
          resolve();
        },
        closed: (reason) => reject(new Error(`the replay's connection was lost (${reason})`)),
        failed: reject,
      });
      connection.request(request, 'header');
    });
  } finally {
    server.close();
  }
  const { up, down } = ledger.snapshot();
  return { upBytes: up.total, downBytes: down.total };
}

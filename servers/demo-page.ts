/** The page at `/`: what this port serves, and a live view of each transport in a real browser. */

interface Served {
  readonly name: string;
  readonly tryPath: string;
}

/** How a browser receives from each transport; `show(text)` prints one message. Also what the browser tests drive. */
const RECEIVERS: Readonly<Record<string, string>> = {
  'short-polling': `poll('/short-polling', 1000)`,
  'long-polling': `poll('/long-polling', 0)`,
  'forever-iframe': `
    let cursor = ''
    const frame = document.createElement('iframe')
    frame.hidden = true
    window.onMessage = (at, text, lost) => { cursor = '&cursor=' + at; if (lost) gap(lost); else if (text !== undefined) show(text) }
    const load = () => { frame.src = '/forever-iframe?callback=parent.onMessage' + cursor }
    frame.onload = load
    load()
    document.body.append(frame)`,
  sse: `
    const source = new EventSource('/sse')
    source.onmessage = (event) => show(event.data)
    source.addEventListener('json', (event) => show(JSON.parse(event.data)))
    source.addEventListener('gap', (event) => gap(event.data))`,
  websocket: `
    const socket = new WebSocket(location.origin.replace('http', 'ws') + '/websocket', 'pushbench.v1')
    socket.binaryType = 'arraybuffer'
    socket.onmessage = ({ data }) => { if (typeof data === 'string') show(data) }`,
};

const SHARED = `
  const list = document.querySelector('ol')
  window.received = []
  const show = (text) => {
    window.received.push(text)
    const item = document.createElement('li')
    item.textContent = new Date().toLocaleTimeString() + '  ' + (text.length > 200 ? text.slice(0, 200) + '…' : text)
    list.prepend(item)
    if (list.children.length > 20) list.lastChild.remove()
  }
  const gap = (lost) => show('(' + lost + ' messages lost)')
  async function poll(path, waitMs) {
    let cursor = ''
    for (;;) {
      let more = false
      const answer = await fetch(path + cursor)
      if (answer.status === 200) {
        const batch = await answer.json()
        cursor = '?cursor=' + batch.cursor
        more = batch.more === true
        if (batch.lost) gap(batch.lost)
        batch.messages.forEach(show)
      }
      if (!more) await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }`;

/** HTML of the page. Transport names come from the registry, never from a client. */
export function demoPage(served: readonly Served[]): string {
  const items = served.map(({ name, tryPath }) => `<li><a href="${tryPath}">${name}</a> <code>${tryPath}</code></li>`);
  const names = JSON.stringify(served.map(({ name }) => name));
  const receivers = served.map(({ name }) => `if (chosen === ${JSON.stringify(name)}) { ${RECEIVERS[name] ?? ''} }`);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>pushbench serve</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
ol{font-family:ui-monospace,monospace;font-size:.85rem;list-style:none;padding:0;overflow-wrap:anywhere}</style>
<h1>pushbench serve</h1>
<p>On this port: <code>GET /health</code>, <code>POST /messages</code>, and</p><ul>${items.join('')}</ul>
<p>Received here, over <strong id="chosen"></strong>:</p><ol></ol>
<script type="module">
  const choices = ${names}
  const asked = decodeURIComponent(location.hash.slice(1))
  const chosen = choices.includes(asked) ? asked : choices[0]
  document.querySelector('#chosen').textContent = chosen
  ${SHARED}
  ${receivers.join('\n  ')}
</script></html>
`;
}

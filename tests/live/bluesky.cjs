// A whole Bluesky on this machine, of the packages that Bluesky publishes: directory of identities,
// personal data server, and AppView. Fills it with three people, says in a file where it is, and
// runs until its input ends.
'use strict';
const fs = require('node:fs');
const { TestNetwork } = require('@atproto/dev-env');
const { AtpAgent } = require('@atproto/api');

async function person(network, name) {
  const agent = new AtpAgent({ service: network.pds.url });
  await agent.createAccount({
    handle: `${name}.test`, email: `${name}@example.org`, password: 'a-password' });
  return agent;
}

const to = (root, parent) => ({ reply: { root, parent } });

// Of ada: 130 posts, an answer to herself, one to eve, a repost of eve's, a like, and a post that
// she deleted. Of the others: 60 likes, 5 reposts, 2 answers and a quotation of hers.
async function fill({ ada, eve, bob }) {
  const posts = [];
  for (let number = 1; number <= 130; number += 1) {
    posts.push(await ada.post({ text: `About databases and bread, part ${number}` }));
  }
  const [first, second] = posts;
  const regretted = await ada.post({ text: 'DELETED-MUST-NOT-APPEAR' });
  await ada.deletePost(regretted.uri);
  await ada.post({ text: 'and one more thing', ...to(first, first) });
  const foreign = await eve.post({ text: 'FOREIGN-MUST-NOT-APPEAR' });
  await ada.post({ text: 'I agree', ...to(foreign, foreign) });
  await ada.repost(foreign.uri, foreign.cid);
  await ada.like(foreign.uri, foreign.cid);
  for (const { uri, cid } of posts.slice(0, 40)) { await eve.like(uri, cid); }
  for (const { uri, cid } of posts.slice(0, 20)) { await bob.like(uri, cid); }
  for (const { uri, cid } of posts.slice(0, 5)) { await bob.repost(uri, cid); }
  for (const agent of [eve, bob]) {
    await agent.post({ text: 'FOREIGN-MUST-NOT-APPEAR', ...to(first, first) });
  }
  await eve.post({
    text: 'FOREIGN-MUST-NOT-APPEAR',
    embed: { $type: 'app.bsky.embed.record', record: { uri: second.uri, cid: second.cid } },
  });
}

async function main() {
  const network = await TestNetwork.create({ bsky: { dbPostgresSchema: 'bsky' } });
  const [ada, eve, bob] = [
    await person(network, 'ada'), await person(network, 'eve'), await person(network, 'bob')];
  await fill({ ada, eve, bob });
  await network.processAll(60_000);
  // The AppView counts reactions in the background.
  await network.bsky.sub.background?.processAll?.();
  const local = (url) => url.replace('localhost', '127.0.0.1');
  const place = {
    pds: local(network.pds.url), appview: local(network.bsky.url),
    did: ada.session.did, token: ada.session.accessJwt };
  fs.writeFileSync(`${process.argv[2]}.new`, JSON.stringify(place));
  fs.renameSync(`${process.argv[2]}.new`, process.argv[2]);
  process.stdin.resume();
  process.stdin.on('end', () => network.close().finally(() => process.exit(0)));
}

main().catch((error) => { console.error(error); process.exit(1); });

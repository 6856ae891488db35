// What the micro benchmarks feed in: stanzas as Prosody and ejabberd send them, lines as Libera sends them.
#pragma once

#include <string_view>

namespace samples {

inline constexpr std::string_view short_text = "does anybody know how to set the topic here?";
inline constexpr std::string_view formatted_text =
    "\x02release\x02 3.2.1 is \x03"
    "03,01out\x03: https://example.org/?a=1&b=2 \x1dthanks\x1d";
inline constexpr std::string_view marked_text = "if (a < b && c > d) say \"it's <b>bold</b>\" & 'more' of that";
inline constexpr std::string_view accented_text = "Grüße aus Köln, schöne Brücken über den Fluß – naïve café 😀 déjà vu";

inline constexpr std::string_view groupchat =
    "<message xmlns='jabber:component:accept' from='romeo@montague.example/orchard.7c1f' "
    "to='#balcony%irc.libera.chat@irc.example.org' type='groupchat' id='5f0c2b9e-7d5c-4c9b-9c3e-0a6f2f6f1c11'>"
    "<body>does anybody know how to set the topic here?</body>"
    "<origin-id xmlns='urn:xmpp:sid:0' id='5f0c2b9e-7d5c-4c9b-9c3e-0a6f2f6f1c11'/></message>";
inline constexpr std::string_view chat =
    "<message xmlns='jabber:component:accept' from='romeo@montague.example/orchard.7c1f' "
    "to='juliet%irc.libera.chat@irc.example.org' type='chat' id='b7d1c9f0a2'>"
    "<body>wherefore art thou?</body><active xmlns='http://jabber.org/protocol/chatstates'/>"
    "<request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/></message>";
inline constexpr std::string_view presence =
    "<presence xmlns='jabber:component:accept' from='romeo@montague.example/orchard.7c1f' "
    "to='#balcony%irc.libera.chat@irc.example.org/romeo'><x xmlns='http://jabber.org/protocol/muc'>"
    "<history maxstanzas='20'/></x><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
    "node='https://client.example/' ver='66/0NaeaBKkwk85efJTGmU47vXI='/></presence>";
inline constexpr std::string_view iq =
    "<iq xmlns='jabber:component:accept' type='get' id='disco1' from='romeo@montague.example/orchard.7c1f' "
    "to='irc.example.org'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>";

inline constexpr std::string_view privmsg =
    ":juliet!~jules@user/juliet PRIVMSG #balcony :does anybody know how to set the topic here?";
inline constexpr std::string_view tagged_privmsg =
    "@time=2026-04-27T10:11:12.345Z;msgid=63E1033A-0B38-4E3F-9AF2-A4A1A2F2F7C3;account=juliet "
    ":juliet!~jules@user/juliet PRIVMSG #balcony :does anybody know how to set the topic here?";
inline constexpr std::string_view join = ":juliet!~jules@user/juliet JOIN #balcony juliet :Juliet Capulet";
inline constexpr std::string_view quit = ":juliet!~jules@user/juliet QUIT :*.net *.split";
inline constexpr std::string_view who =
    ":irc.example.net 352 romeo #balcony ~jules user/juliet irc.example.net juliet H :0 Juliet Capulet";
inline constexpr std::string_view isupport =
    ":irc.example.net 005 romeo CHANTYPES=# EXCEPTS INVEX CHANMODES=eIbq,k,flj,CFLMPQRSTcgimnprstuz CHANLIMIT=#:250 "
    "PREFIX=(ov)@+ MAXLIST=bqeI:100 MODES=4 NETWORK=Example STATUSMSG=@+ CASEMAPPING=rfc1459 NICKLEN=16 "
    "MAXNICKLEN=16 :are supported by this server";
inline constexpr std::string_view latin1_privmsg =
    ":juliet!~jules@user/juliet PRIVMSG #balcony :Gr\xFC\xDF"
    "e aus K\xF6ln";

}  // namespace samples

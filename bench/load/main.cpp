// The load generator: plays the XMPP server and the IRC server of one gateway. One scenario per call.
int main() {}

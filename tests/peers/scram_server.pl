# The server's side of SCRAM (RFC 5802) by Authen::SCRAM: reads "first MESSAGE" and "final MESSAGE" in base64, and says
# "ok MESSAGE" or "no". Use: perl scram_server.pl SHA-256 ACCOUNT PASSWORD PROVEN
# PROVEN is the password with which the server proves itself: another one makes it a server that only pretends.
use strict;
use warnings;
use Authen::SCRAM::Client;
use Authen::SCRAM::Server;
use Encode qw(decode_utf8);
use MIME::Base64 qw(decode_base64 encode_base64);

my ($digest, $account, $password, $proven) = map { decode_utf8($_) } @ARGV;
my ($salt, $rounds) = ('salt of the tests', 4096);
$| = 1;

sub keys_of {
  my ($with) = @_;
  my $client = Authen::SCRAM::Client->new(username => $account, password => $with, digest => $digest);
  return $client->computed_keys($salt, $rounds);
}

sub credentials {
  my ($name) = @_;
  return () unless $name eq $account;
  return ($salt, (keys_of($password))[0], (keys_of($proven))[2], $rounds);
}

my $server = Authen::SCRAM::Server->new(digest => $digest, credential_cb => \&credentials);
while (my $line = <STDIN>) {
  chomp $line;
  my ($step, $message) = split / /, $line;
  my $text = decode_utf8(decode_base64($message));
  my $answer = eval { $step eq 'first' ? $server->first_msg($text) : $server->final_msg($text) };
  print defined $answer ? 'ok ' . encode_base64($answer, '') . "\n" : "no\n";
}
